package io.chancery.manifest;

import io.chancery.model.InvalidValueException;
import java.time.Duration;

/**
 * How much of the past is kept.
 *
 * @param maxEntries how many changes, 1 or more
 * @param maxAge for how long, more than zero
 * @param maxBytes how much they may hold together, 1 or more; the last change is kept however large it is
 */
public record HistoryRetention(int maxEntries, Duration maxAge, long maxBytes) {

    public static final HistoryRetention DEFAULT = new HistoryRetention(10_000, Duration.ofDays(90), 256L << 20);

    public HistoryRetention {
        if (maxEntries < 1) {
            throw new InvalidValueException("maxEntries", "must be 1 or more, was " + maxEntries);
        }
        if (!maxAge.isPositive()) {
            throw new InvalidValueException("maxAge", "must be more than zero, for example 90d");
        }
        if (maxBytes < 1) {
            throw new InvalidValueException("maxBytes", "must be 1 or more, was " + maxBytes);
        }
    }
}
