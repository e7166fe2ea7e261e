package io.chancery.model;

import java.time.Duration;
import java.time.Instant;

/**
 * When a draining endpoint is removed.
 *
 * @param grace how long it was given, up to {@link #MAX_GRACE}
 * @param at the moment when that is over; a clock that jumps makes it no longer than {@code grace}
 */
public record Departure(Duration grace, Instant at) {

    public static final Duration MAX_GRACE = Duration.ofDays(1);

    public Departure {
        if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
            throw new InvalidValueException("drain", "must be 0s to 24h, for example 30s");
        }
    }

    /** How much is left of it. */
    public Duration remaining(Instant now) {
        Duration left = Duration.between(now, at);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(grace) > 0 ? grace : left;
    }
}
