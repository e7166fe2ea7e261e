package io.chancery.manifest.spec;

import java.time.Duration;

/** HTTP Strict Transport Security (RFC 6797). */
public record Hsts(
        @Field(value = "is how long browsers remember it", otherwise = "365d")
        Duration maxAge,

        @Field("holds for subdomains too") boolean includeSubDomains,
        @Field("allows browsers to ship it") boolean preload) {
    public Hsts {
        Bounds.duration("maxAge", maxAge);
    }
}
