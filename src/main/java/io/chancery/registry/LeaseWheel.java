package io.chancery.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the leases that are overdue. A renewal does not touch it: a lease is looked at when it would have ended as of the
 * last look, and put where it ends by now. So each lease costs one look in a term, however often it is renewed.
 *
 * <p>A hashed timing wheel (Varghese and Lauck, 1987) with lazy deadlines. Not thread-safe.
 */
final class LeaseWheel {

    private static final int SLOTS = 512;

    private final long tick;
    private final List<ArrayDeque<HeldLease>> slots = new ArrayList<>(SLOTS);
    private long reached;

    /**
     * @param tick nanoseconds between two slots: how late an overdue lease is found at most
     * @param now nanoseconds of the clock that leases are measured by
     */
    LeaseWheel(long tick, long now) {
        this.tick = tick;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayDeque<>());
        }
        this.reached = Math.floorDiv(now, tick);
    }

    void add(HeldLease lease) {
        // The slot after the deadline, as a slot is read at its beginning; beyond the horizon, the last one.
        long due = Math.floorDiv(lease.deadline(), tick) + 1;
        long slot = Math.clamp(due, reached + 1, reached + SLOTS - 1);
        slots.get(Math.floorMod(slot, SLOTS)).add(lease);
    }

    /** Removes and returns what is overdue; released leases are dropped. */
    List<HeldLease> overdue(long now) {
        List<HeldLease> overdue = new ArrayList<>();
        long until = Math.floorDiv(now, tick);
        while (reached < until) {
            reached++;
            ArrayDeque<HeldLease> slot = slots.get(Math.floorMod(reached, SLOTS));
            for (int left = slot.size(); left > 0; left--) {
                HeldLease lease = slot.remove();
                if (lease.isReleased()) {
                    continue;
                }
                if (lease.isOverdue(now)) {
                    overdue.add(lease);
                } else {
                    add(lease);
                }
            }
        }
        return overdue;
    }
}
