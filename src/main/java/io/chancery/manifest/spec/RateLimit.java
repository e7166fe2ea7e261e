package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;

/** A bucket of tokens in each Envoy: a request takes one, or is answered with 429. */
public record RateLimit(
        @Field("is how many requests in the interval") int requests,

        @Field(value = "is how long the bucket takes to fill", otherwise = "1s")
        Duration interval) {

    private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);

    public RateLimit {
        Bounds.range("requests", requests, 1, 1_000_000_000);
        Bounds.duration("interval", interval);
        if (interval.compareTo(LEAST_INTERVAL) < 0) {
            throw new InvalidValueException("interval", "must be at least 50ms");
        }
    }
}
