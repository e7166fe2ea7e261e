package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadAgendaTest {

    private final ThreadAgenda agenda = new ThreadAgenda(System::nanoTime);
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        agenda.close();
    }

    @Test
    void whatFailsDoesNotKeepTheRestFromBeingDone() throws InterruptedException {
        agenda.soon(() -> {
            throw new IllegalStateException("a bug, as this test has it");
        });
        agenda.soon(() -> done.add("second"));
        agenda.soon(() -> done.add("third"));

        assertThat(List.of(next(), next())).containsExactly("second", "third");
    }

    @Test
    void whatIsPutOffIsDoneLaterUnlessItIsTakenOff() throws InterruptedException {
        long begin = agenda.nanos();
        agenda.soon(() -> {
            Agenda.Entry taken = agenda.in(Duration.ofMillis(1), () -> done.add("taken off"));
            Agenda.Entry _ = agenda.in(Duration.ofMillis(50), () -> done.add("later"));
            taken.cancel();
        });

        assertThat(next()).isEqualTo("later");
        assertThat(Duration.ofNanos(agenda.nanos() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void afterItsEndNothingIsDoneAndNobodyIsTroubled() {
        agenda.close();
        agenda.soon(() -> done.add("too late"));
        agenda.in(Duration.ZERO, () -> done.add("too late")).cancel();

        assertThat(done).isEmpty();
    }

    private String next() throws InterruptedException {
        @Nullable String next = done.poll(10, TimeUnit.SECONDS);
        return Optional.ofNullable(next).orElseThrow();
    }
}
