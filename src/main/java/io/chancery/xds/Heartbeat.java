package io.chancery.xds;

import io.chancery.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps alive what one client has of one type, where it has a time to live: says when the client must next hear of it.
 * Used by its partition's thread only.
 *
 * <p>Source: <a href="https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#ttl">xDS protocol, TTL</a>.
 */
final class Heartbeat {

    /** How often within its time to live the client hears of a resource; one message that is late does no harm. */
    private static final int BEATS = 3;

    /** The beat that is awaited; one of a longer time to live is passed over once a shorter is awaited. */
    private @Nullable Beat next;

    private boolean due;
    private long sinceNanos;

    /**
     * A time at which the client is to hear of what it has.
     *
     * @param nanos from now
     */
    record Beat(long nanos) {}

    /** The next beat; empty where nothing expires, or one is awaited already. */
    Optional<Beat> start(List<Resource> expiring, long nowNanos) {
        if (due || expiring.isEmpty()) {
            return Optional.empty();
        }
        Beat beat = new Beat(shortest(expiring) / BEATS);
        if (next != null && next.nanos() <= beat.nanos()) {
            return Optional.empty();
        }
        if (next == null) {
            sinceNanos = nowNanos;
        }
        next = beat;
        return Optional.of(beat);
    }

    /** The time is up. */
    void reached(Beat beat) {
        if (beat.equals(next)) {
            next = null;
            due = true;
        }
    }

    boolean isDue() {
        return due;
    }

    /** The client is being told; returns whether so late that it may have dropped something. */
    boolean done(List<Resource> expiring, long nowNanos) {
        due = false;
        return !expiring.isEmpty() && nowNanos - sinceNanos >= shortest(expiring);
    }

    private static long shortest(List<Resource> expiring) {
        return expiring.stream()
                .flatMap(resource -> resource.ttl().stream())
                .mapToLong(ttl -> ttl.toNanos())
                .min()
                .orElseThrow();
    }
}
