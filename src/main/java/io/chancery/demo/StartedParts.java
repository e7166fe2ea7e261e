package io.chancery.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/** What a demo has started, ended in the reverse order. Safe for use by several threads. */
final class StartedParts {

    /* The lock guards the list, never a call to the outside. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private boolean ended;

    /**
     * Takes over a part; after the end it is ended at once.
     *
     * @param end ends the part
     */
    void add(Runnable end) {
        lock.lock();
        try {
            if (!ended) {
                ends.push(end);
                return;
            }
        } finally {
            lock.unlock();
        }
        end.run();
    }

    /** Ends all parts. */
    void end() {
        Deque<Runnable> all;
        lock.lock();
        try {
            ended = true;
            all = new ArrayDeque<>(ends);
            ends.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(Runnable::run);
    }
}
