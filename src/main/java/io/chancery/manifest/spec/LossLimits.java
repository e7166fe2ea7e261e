package io.chancery.manifest.spec;

import java.time.Duration;
import java.util.Optional;

/** How many endpoints a service may lose at once; what is left out is as the settings have it for all services. */
public record LossLimits(
        @Field(
                "is the percentage of its leases that may end inside one lease term, one always may; beyond it none expires")
        Optional<Integer> expiring,

        @Field(
                "is the percentage of its usable endpoints that must be left; what would leave fewer is held back, for a service that had 4 or more; 0 for no guard")
        Optional<Integer> usable,

        @Field("is how far back it counts what there was: 1s to 1h")
        Optional<Duration> window) {

    private static final long SHORTEST = 1;
    private static final long LONGEST = 3_600;

    public LossLimits {
        expiring.ifPresent(percent -> Bounds.percent("expiring", percent));
        usable.ifPresent(percent -> Bounds.percent("usable", percent));
        window.ifPresent(length -> Bounds.range("window", length.toSeconds(), SHORTEST, LONGEST));
    }
}
