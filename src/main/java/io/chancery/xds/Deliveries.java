package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.Revision;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The latest updates, by revision. Safe for use by any thread. */
@ThreadSafe
final class Deliveries {

    private static final int MAX_KEPT = 1_000;
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @GuardedBy("this")
    private final TreeMap<Revision, Delivery> byRevision = new TreeMap<>();

    /** Notes an update. One of an equal revision (nothing was committed since) takes the place of the one before. */
    synchronized void add(Delivery delivery) {
        byRevision.putIfAbsent(delivery.revision(), delivery);
        if (byRevision.size() > MAX_KEPT) {
            byRevision.pollFirstEntry();
        }
        notifyAll();
    }

    /** The update that carried a revision; empty where there is none yet, or where it is no longer kept. */
    synchronized Optional<Delivery> of(Revision revision) {
        Map.Entry<Revision, Delivery> entry = byRevision.ceilingEntry(revision);
        boolean older = byRevision.isEmpty() || revision.compareTo(byRevision.firstKey()) < 0;
        return entry == null || (older && byRevision.size() == MAX_KEPT)
                ? Optional.empty()
                : Optional.of(entry.getValue());
    }

    /**
     * Waits for the update that carries a revision.
     *
     * @param isComing whether it can still be expected; asked again from time to time, as clients may leave meanwhile
     */
    synchronized Optional<Delivery> awaitPublished(Revision revision, long nanos, BooleanSupplier isComing)
            throws InterruptedException {
        long left = nanos;
        Optional<Delivery> found = of(revision);
        while (found.isEmpty() && left > 0 && isComing.getAsBoolean()) {
            long slice = Math.min(left, RECHECK_NANOS);
            TimeUnit.NANOSECONDS.timedWait(this, slice);
            left -= slice;
            found = of(revision);
        }
        return found;
    }
}
