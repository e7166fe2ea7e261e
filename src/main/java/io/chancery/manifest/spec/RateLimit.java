package io.chancery.manifest.spec;

import java.time.Duration;

/** A bucket of tokens in each Envoy: a request takes one, or is answered with 429. */
public record RateLimit(
        @Field("is how many requests in the interval") int requests,

        @Field(value = "is how long the bucket takes to fill", otherwise = "1s")
        Duration interval) {

    public RateLimit {
        Bounds.range("requests", requests, 1, 1_000_000_000);
        Bounds.duration("interval", interval);
    }
}
