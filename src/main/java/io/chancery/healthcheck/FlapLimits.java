package io.chancery.healthcheck;

import java.time.Duration;

/**
 * When an endpoint counts as flapping, and for how long it is then held.
 *
 * @param changesPerMinute how many changes of its verdict within a minute are too few for that
 * @param firstHold how long it is held the first time; each time after it twice as long
 * @param longestHold the longest that it is held
 */
record FlapLimits(int changesPerMinute, Duration firstHold, Duration longestHold) {

    FlapLimits {
        if (changesPerMinute < 1
                || firstHold.isNegative()
                || firstHold.isZero()
                || longestHold.compareTo(firstHold) < 0) {
            throw new IllegalArgumentException("not 1 or more, or not in order: " + firstHold + ", " + longestHold);
        }
    }

    long firstNanos() {
        return firstHold.toNanos();
    }

    long afterNanos(long lastNanos) {
        return Math.min(2 * lastNanos, longestHold.toNanos());
    }
}
