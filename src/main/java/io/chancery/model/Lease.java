package io.chancery.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How long an endpoint stays registered without word from its registrant.
 *
 * @param ttl {@link #MIN_TTL} to {@link #MAX_TTL}
 * @param instance the process that renews it, which may hold the leases of many endpoints and renews them in one call
 */
public record Lease(Duration ttl, Optional<InstanceId> instance) {

    public static final Duration MIN_TTL = Duration.ofSeconds(1);
    public static final Duration MAX_TTL = Duration.ofDays(1);

    public Lease {
        if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new InvalidValueException("ttl", "must be 1s to 24h");
        }
    }
}
