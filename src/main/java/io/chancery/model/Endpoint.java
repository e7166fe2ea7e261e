package io.chancery.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One network address at which an instance of a service answers, as its registrant described it.
 *
 * @param id unique within the service
 * @param target where it answers
 * @param weight the share of traffic relative to the others of its locality, 1 to {@value #MAX_WEIGHT}; Envoy's
 *     {@code load_balancing_weight}
 * @param priority 0 (used first) to {@value #MAX_PRIORITY}
 * @param metadata at most {@value #MAX_METADATA_ENTRIES} strings by key; Envoy finds them under {@code envoy.lb}, where
 *     subset load balancing looks
 * @param lease how long it stays without word from its registrant; empty for ever
 * @param departure when it is removed, for one that is draining and is to go
 * @param probe how it is probed
 */
public record Endpoint(
        EndpointId id,
        HostPort target,
        int weight,
        Locality locality,
        int priority,
        Map<String, String> metadata,
        EndpointState state,
        Optional<Lease> lease,
        Optional<Departure> departure,
        EndpointProbe probe) {

    /** Envoy adds weights into an unsigned 32-bit sum; this bound keeps {@value #MAX_PER_SERVICE} endpoints inside it. */
    public static final int MAX_WEIGHT = 65_535;

    public static final int MAX_PER_SERVICE = 65_536;
    public static final int MAX_PRIORITY = 127;
    public static final int MAX_METADATA_ENTRIES = 32;
    public static final int MAX_METADATA_KEY = 128;
    public static final int MAX_METADATA_VALUE = 512;

    public Endpoint {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new InvalidValueException("weight", "must be 1.." + MAX_WEIGHT + ", was " + weight);
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new InvalidValueException("priority", "must be 0.." + MAX_PRIORITY + ", was " + priority);
        }
        metadata = checked(metadata);
        if (departure.isPresent() && state != EndpointState.DRAINING) {
            throw new InvalidValueException("state", "must be draining for an endpoint that is to be removed");
        }
    }

    /** An endpoint that stays until it is removed, and is probed as its service says. */
    public Endpoint(
            EndpointId id,
            HostPort target,
            int weight,
            Locality locality,
            int priority,
            Map<String, String> metadata,
            EndpointState state) {
        this(
                id,
                target,
                weight,
                locality,
                priority,
                metadata,
                state,
                Optional.empty(),
                Optional.empty(),
                EndpointProbe.SAME);
    }

    /** An endpoint with the defaults of the plain register call: its address as id, weight 1, no locality, priority 0. */
    public static Endpoint of(HostPort target) {
        return new Endpoint(
                new EndpointId(target.toString()), target, 1, Locality.UNKNOWN, 0, Map.of(), EndpointState.ACTIVE);
    }

    /** The same, on its way out. */
    public Endpoint leaving(Departure when) {
        return new Endpoint(
                id,
                target,
                weight,
                locality,
                priority,
                metadata,
                EndpointState.DRAINING,
                lease,
                Optional.of(when),
                probe);
    }

    /** The same, in this state, and not on its way out. */
    public Endpoint in(EndpointState other) {
        return new Endpoint(id, target, weight, locality, priority, metadata, other, lease, Optional.empty(), probe);
    }

    /** The same under another lease. */
    public Endpoint leased(Optional<Lease> other) {
        return new Endpoint(id, target, weight, locality, priority, metadata, state, other, departure, probe);
    }

    private static Map<String, String> checked(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return Map.of();
        }
        if (metadata.size() > MAX_METADATA_ENTRIES) {
            throw new InvalidValueException("metadata", "must have at most " + MAX_METADATA_ENTRIES + " entries");
        }
        metadata.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > MAX_METADATA_KEY || hasControlCharacter(key)) {
                throw new InvalidValueException(
                        "metadata", "must have keys of 1 to " + MAX_METADATA_KEY + " printable characters");
            }
            if (value.length() > MAX_METADATA_VALUE || hasControlCharacter(value)) {
                throw new InvalidValueException(
                        "metadata", "must have values of at most " + MAX_METADATA_VALUE + " printable characters");
            }
        });
        return Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    private static boolean hasControlCharacter(String text) {
        return text.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
    }
}
