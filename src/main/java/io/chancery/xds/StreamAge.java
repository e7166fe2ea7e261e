package io.chancery.xds;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How old streams may become.
 *
 * @param max after how long a stream is ended; zero for never
 * @param jitter up to how much longer, each stream at random
 */
record StreamAge(Duration max, Duration jitter) {

    static final StreamAge UNLIMITED = new StreamAge(Duration.ZERO, Duration.ZERO);

    /** Draws the age of one stream. */
    Optional<Duration> draw(RandomGenerator random) {
        if (max.isZero()) {
            return Optional.empty();
        }
        return Optional.of(max.plusNanos((long) (jitter.toNanos() * random.nextDouble())));
    }
}
