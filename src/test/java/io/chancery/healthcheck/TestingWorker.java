package io.chancery.healthcheck;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** Does what it is given at once, on the caller's thread, or when the test lets it. */
final class TestingWorker extends AbstractExecutorService {

    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean closed;

    /** Lets all wait that is given from now on. */
    void hold() {
        holding = true;
    }

    int held() {
        return held.size();
    }

    /** Does the first that waits. */
    void doOne() {
        held.remove().run();
    }

    /** Does all that waits, and what comes later at once. */
    void release() {
        holding = false;
        while (!held.isEmpty()) {
            doOne();
        }
    }

    @Override
    public void execute(Runnable task) {
        if (holding) {
            held.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public void shutdown() {
        closed = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        closed = true;
        List<Runnable> left = List.copyOf(held);
        held.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return closed;
    }

    @Override
    public boolean isTerminated() {
        return closed;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return closed;
    }
}
