package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Time as leases are measured by: nanoseconds that only go on while this process does, so that nobody's lease ends because
 * the process was stopped or starved and could not hear its renewal.
 */
@ThreadSafe
final class LeaseClock {

    /** A gap between two beats that is longer than this is time in which the process did not run. */
    static final Duration LONGEST_BEAT = Duration.ofSeconds(1);

    private final LongSupplier monotonic;
    private final AtomicLong stalled = new AtomicLong();
    private long lastBeat;

    /** @param monotonic nanoseconds, as {@link System#nanoTime()} has them */
    LeaseClock(LongSupplier monotonic) {
        this.monotonic = monotonic;
        this.lastBeat = monotonic.getAsLong();
    }

    long now() {
        return monotonic.getAsLong() - stalled.get();
    }

    /** Called at short intervals, by one thread; what is missing between two calls is not counted. */
    void beat() {
        long now = monotonic.getAsLong();
        long gap = now - lastBeat;
        if (gap > LONGEST_BEAT.toNanos()) {
            stalled.addAndGet(gap - LONGEST_BEAT.toNanos());
        }
        lastBeat = now;
    }
}
