package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.model.Revision;
import java.time.Instant;
import java.util.Optional;

/**
 * When a node became the master.
 *
 * @param from the former; empty for the first
 * @param at when it was registered
 * @param revision from which on Envoys were told of it
 */
public record PastSwitch(Optional<HostName> from, HostName to, Instant at, Revision revision) {}
