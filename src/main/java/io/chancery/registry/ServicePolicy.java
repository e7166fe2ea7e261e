package io.chancery.registry;

import io.chancery.model.InvalidValueException;
import java.time.Duration;

/**
 * What guards a service against losing too many of its endpoints at once.
 *
 * @param preservedShare the percentage of leases, 0 to 100, of which more may not expire inside one lease term; one always
 *     may
 * @param guardedShare the percentage of usable endpoints, 0 to 100, that must be left of those at the beginning of the
 *     window; 0 for no guard
 * @param guardWindow over how long losses are added up, 1 s to 1 h
 */
public record ServicePolicy(int preservedShare, int guardedShare, Duration guardWindow) {

    /** A service with fewer usable endpoints is not guarded: the loss of one is a large share of it. */
    public static final int GUARDED_FROM = 4;

    public static final ServicePolicy DEFAULT = new ServicePolicy(15, 50, Duration.ofMinutes(1));

    public ServicePolicy {
        percent("preservedShare", preservedShare);
        percent("guardedShare", guardedShare);
        if (guardWindow.compareTo(Duration.ofSeconds(1)) < 0 || guardWindow.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidValueException("guardWindow", "must be 1s to 1h");
        }
    }

    private static void percent(String field, int value) {
        if (value < 0 || value > 100) {
            throw new InvalidValueException(field, "must be 0..100, was " + value);
        }
    }

    /** How many of so many leases may expire inside one term. */
    int mayExpire(int leases) {
        return Math.max(1, (int) ((long) leases * preservedShare / 100));
    }

    /** Whether too few are left of those that there were. */
    public boolean isTooFew(int left, int before) {
        return before >= GUARDED_FROM && (long) left * 100 < (long) before * guardedShare;
    }
}
