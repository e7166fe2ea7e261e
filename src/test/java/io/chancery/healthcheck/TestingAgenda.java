package io.chancery.healthcheck;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** An agenda whose time is the test's, and whose thread is the test's too. */
final class TestingAgenda implements Agenda {

    private final Queue<Runnable> soon = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Planned> planned = new PriorityQueue<>();
    private volatile long now;
    private long planning;
    private volatile boolean closed;

    private record Planned(long at, long sequence, Runnable task) implements Comparable<Planned> {

        @Override
        public int compareTo(Planned other) {
            return at == other.at ? Long.compare(sequence, other.sequence) : Long.compare(at, other.at);
        }
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void soon(Runnable task) {
        if (!closed) {
            soon.add(task);
        }
    }

    @Override
    public Entry in(Duration delay, Runnable task) {
        Planned entry = new Planned(now + delay.toNanos(), planning++, task);
        planned.add(entry);
        return () -> planned.remove(entry);
    }

    /** How much is to be done later. */
    int size() {
        return planned.size();
    }

    /** Does what is to be done now. */
    void settle() {
        pass(Duration.ZERO);
    }

    /** Lets time pass, and does what is to be done meanwhile. */
    void pass(Duration time) {
        long until = now + time.toNanos();
        doSoon();
        for (@Nullable Planned next = planned.peek(); next != null && next.at() <= until; next = planned.peek()) {
            planned.remove();
            now = next.at();
            next.task().run();
            doSoon();
        }
        now = until;
    }

    private void doSoon() {
        for (@Nullable Runnable task = soon.poll(); task != null; task = soon.poll()) {
            task.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        soon.clear();
        planned.clear();
    }
}
