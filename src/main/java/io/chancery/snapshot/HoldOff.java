package io.chancery.snapshot;

import java.time.Duration;

/**
 * How long a change waits for others.
 *
 * @param quiet how long the first change after quiet waits; zero sends it at once
 * @param longest how long changes gather at most while a push is under way
 */
public record HoldOff(Duration quiet, Duration longest) {
    public HoldOff {
        if (quiet.isNegative() || longest.compareTo(quiet) < 0) {
            throw new IllegalArgumentException("hold-off needs 0 <= quiet <= longest");
        }
    }
}
