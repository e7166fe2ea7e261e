package io.chancery.healthcheck;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agenda in real time. Its queue has one entry for each probed endpoint and one for each probe under way, and few
 * others.
 */
@ThreadSafe
final class ThreadAgenda implements Agenda {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadAgenda.class);

    private final LongSupplier clock;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("chancery-probes").daemon().factory());

    /** @param clock nanoseconds that only go on */
    ThreadAgenda(LongSupplier clock) {
        this.clock = clock;
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanos() {
        return clock.getAsLong();
    }

    @Override
    public void soon(Runnable task) {
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException _) {
            // It has ended, and so has the reason to do anything.
        }
    }

    @Override
    public Entry in(Duration delay, Runnable task) {
        try {
            Future<?> entry = thread.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> entry.cancel(false);
        } catch (RejectedExecutionException _) {
            return () -> {};
        }
    }

    /** A failure is a bug; it must be heard of, and must not keep anything else from being done. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("Probing failed; the other probes go on", e);
            }
        };
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
