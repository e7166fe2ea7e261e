package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.model.Revision;
import java.time.Instant;
import java.util.Optional;

/**
 * A new master.
 *
 * @param master the manifest's name
 * @param from the former; empty for the first
 * @param at when it was registered
 * @param noticedNanos of the monotonic clock: when that was heard which made the difference
 * @param revision from which on Envoys are told of it
 */
public record MasterSwitch(
        String master, Optional<HostName> from, HostName to, Instant at, long noticedNanos, Revision revision) {

    /** What of it outlives this process. */
    PastSwitch past() {
        return new PastSwitch(from, to, at, revision);
    }
}
