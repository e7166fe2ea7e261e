package io.chancery.registry;

import java.util.concurrent.TimeUnit;

/**
 * One lease as it is kept up: when it was last renewed, and how often it usually is. Times are nanoseconds of the {@link
 * LeaseClock}.
 */
final class HeldLease {

    /*
     * Any thread renews; the fields are written without a lock. Two renewals at once may leave the interval of either,
     * which is as good.
     */

    /** Who has missed this much of its usual interval is taken to be in trouble, if not gone. */
    private static final double LATE = 1.5;

    /** The usual interval is the longest of late; how much of it is left with each renewal. */
    private static final double FORGETTING = 0.9;

    private final EndpointKey key;
    private final long ttl;

    private volatile long renewed;
    private volatile long interval;
    private volatile boolean released;

    HeldLease(EndpointKey key, long ttlMillis, long now) {
        this.key = key;
        this.ttl = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
        this.renewed = now;
    }

    EndpointKey key() {
        return key;
    }

    long ttlNanos() {
        return ttl;
    }

    void renew(long now) {
        interval = Math.max(now - renewed, (long) (interval * FORGETTING));
        renewed = now;
    }

    /** Takes it out of account: its endpoint is gone, or has another lease. */
    void release() {
        released = true;
    }

    boolean isReleased() {
        return released;
    }

    long deadline() {
        return renewed + ttl;
    }

    long remaining(long now) {
        return Math.max(0, deadline() - now);
    }

    boolean isOverdue(long now) {
        return now - deadline() >= 0;
    }

    /** Whether it is overdue, or has not been renewed although by its own custom it should have been. */
    boolean isLate(long now) {
        long usual = interval;
        return isOverdue(now) || (usual > 0 && now - renewed > usual * LATE);
    }
}
