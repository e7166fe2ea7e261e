package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds for every prober, whatever it asks for. */
interface ProberContract {

    /** Of those that wait in vain. */
    Duration TIMEOUT = Duration.ofMillis(400);

    /** Enough for an answer on any machine. */
    Duration PATIENCE = Duration.ofSeconds(20);

    /** What a deadline may be missed by on a machine that is busy. */
    Duration GRACE = Duration.ofSeconds(2);

    /** Rings for probes that take too long. */
    ScheduledExecutorService ALARMS = Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().name("alarms").daemon().factory());

    /** A prober that expects some answer. */
    Prober prober(Duration timeout);

    /** An endpoint that gives it this answer. */
    TestingEndpoint.Behaviour goodAnswer();

    @Test
    default void anEndpointThatAnswersAsItShouldPasses() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(goodAnswer())) {
            assertThat(prober(PATIENCE).probe(endpoint.target())).isEqualTo(new ProbeResult.Passed());
            assertThat(prober(PATIENCE).probe(endpoint.target())).isEqualTo(new ProbeResult.Passed());
        }
    }

    @Test
    default void anEndpointThatRefusesFailsAtOnce() {
        ProbeTarget nobody = TestingEndpoint.target(TestingEndpoint.nobody());

        ProbeResult result = prober(PATIENCE).probe(nobody);
        assertThat(result).isInstanceOf(ProbeResult.Failed.class);
        assertThat(result.reason()).containsIgnoringCase("connection refused");
    }

    @Test
    default void anEndpointThatTakesTheConnectionAndNeverAnswersTimesOut() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatIsSilent()) {
            assertThat(probeInTime(endpoint.target())).isEqualTo(new ProbeResult.TimedOut(TIMEOUT));
        }
    }

    @Test
    default void anEndpointToWhichPacketsAreDroppedTimesOut() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatIsABlackHole()) {
            assertThat(probeInTime(endpoint.target())).isEqualTo(new ProbeResult.TimedOut(TIMEOUT));
        }
    }

    @Test
    default void anEndpointThatClosesTheConnectionFails() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {})) {
            assertThat(prober(PATIENCE).probe(endpoint.target())).isInstanceOf(ProbeResult.Failed.class);
        }
    }

    @Test
    default void anEndpointThatAnswersGarbageDoesNotPass() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            write(connection.getOutputStream(), new byte[] {0, -1, 13, 10, 7, 27, 127, 13, 10, 13, 10});
            TimeUnit.SECONDS.sleep(10);
        })) {
            assertThat(probeInTime(endpoint.target()))
                    .isInstanceOfAny(ProbeResult.Failed.class, ProbeResult.TimedOut.class);
        }
    }

    @Test
    default void anEndpointThatAnswersWithoutEndDoesNotPass() {
        byte[] much = "spam".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            while (!connection.isClosed()) {
                write(connection.getOutputStream(), much);
            }
        })) {
            assertThat(prober(PATIENCE).probe(endpoint.target())).isInstanceOf(ProbeResult.Failed.class);
        }
    }

    @Test
    default void anEndpointThatAnswersByteByByteMeetsTheDeadlineAllTheSame() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            while (!connection.isClosed()) {
                write(connection.getOutputStream(), new byte[] {'H'});
                TimeUnit.MILLISECONDS.sleep(20);
            }
        })) {
            assertThat(probeInTime(endpoint.target()))
                    .isInstanceOfAny(ProbeResult.Failed.class, ProbeResult.TimedOut.class);
        }
    }

    @Test
    default void nobodyWaitsForEndpointsThatDoNotAnswer() throws Exception {
        try (TestingEndpoint silent = TestingEndpoint.thatIsSilent();
                TestingEndpoint good = TestingEndpoint.thatDoes(goodAnswer());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Prober patient = prober(PATIENCE);
            patient.probe(good.target());
            Prober prober = prober(Duration.ofSeconds(2));
            List<Future<ProbeResult>> stuck = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                stuck.add(threads.submit(() -> prober.probe(silent.target())));
            }
            ProbeResult result = patient.probe(good.target());
            long done = stuck.stream().filter(Future::isDone).count();

            assertThat(result).isEqualTo(new ProbeResult.Passed());
            assertThat(done).isLessThan(100);
            for (Future<ProbeResult> one : stuck) {
                assertThat(one.get()).isInstanceOf(ProbeResult.TimedOut.class);
            }
        }
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private ProbeResult probeInTime(ProbeTarget target) {
        Prober prober = prober(TIMEOUT);
        long begin = System.nanoTime();
        ProbeResult result = prober.probe(target);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT.plus(GRACE));
        return result;
    }
}
