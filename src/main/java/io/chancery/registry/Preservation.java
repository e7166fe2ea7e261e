package io.chancery.registry;

import java.util.ArrayDeque;

/**
 * Whether so many leases end at once that it is rather the network, or this process, that is ill: the rule for one service,
 * or for all together. Not thread-safe. Times are nanoseconds of the {@link LeaseClock}.
 */
final class Preservation {

    private final ArrayDeque<Long> expired = new ArrayDeque<>();
    private boolean active;
    private long liftedUntil;
    private boolean lifted;

    /**
     * What there is to judge by.
     *
     * @param leases how many there are
     * @param late how many of them are overdue, or soon will be by their own custom
     * @param longestTerm of those that are overdue, nanoseconds
     */
    record Census(int leases, int late, long longestTerm) {}

    /** Decides anew; tells whether leases are now kept although they are overdue. */
    boolean decide(Census census, ServicePolicy policy, long now) {
        while (!expired.isEmpty() && now - expired.getFirst() > census.longestTerm()) {
            expired.removeFirst();
        }
        if (lifted && now - liftedUntil >= 0) {
            lifted = false;
        }
        int before = census.leases() + expired.size();
        active = !lifted && expired.size() + census.late() > policy.mayExpire(before);
        return active;
    }

    /** Notes that leases have expired. */
    void expired(int count, long now) {
        for (int i = 0; i < count; i++) {
            expired.addLast(now);
        }
    }

    /** An operator's word: for a while leases expire however many they are. */
    void lift(long until) {
        lifted = true;
        liftedUntil = until;
        active = false;
        expired.clear();
    }

    /** Whether an operator's word is in force. */
    boolean isLifted() {
        return lifted;
    }

    boolean isActive() {
        return active;
    }

    /** Whether nothing needs to be remembered. */
    boolean isIdle(long now, long longestTerm) {
        return !active && !lifted && (expired.isEmpty() || now - expired.getLast() > longestTerm);
    }
}
