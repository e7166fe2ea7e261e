package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Durations;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointProbe;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.InstanceId;
import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import io.chancery.model.Lease;
import io.chancery.model.Locality;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegisteredEndpoint;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client may say of an endpoint; what is left out takes its default.
 *
 * @param id only repeats the path, so that what was read can be sent back
 * @param revision likewise; the endpoint must then be at this revision, as with {@code If-Match}
 * @param observed only repeats what was read, and says nothing
 */
record EndpointAttributes(
        @Nullable String id,
        @Nullable String address,
        @Nullable Integer port,
        @Nullable Integer weight,
        @Nullable LocalityBody locality,
        @Nullable Integer priority,
        @Nullable Map<String, @Nullable String> metadata,
        @Nullable String state,
        @Nullable LeaseBody lease,
        @Nullable ProbeBody probe,
        @Nullable Long revision,
        @Nullable JsonNode observed) {

    static final EndpointAttributes NONE =
            new EndpointAttributes(null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * How long an endpoint stays without word from its registrant.
     *
     * @param ttl for example {@code 30s}
     * @param instance the process that renews it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LeaseBody(@Nullable String ttl, @Nullable String instance) {

        static @Nullable LeaseBody of(Optional<Lease> lease) {
            return lease.map(held -> new LeaseBody(
                            Durations.write(held.ttl()),
                            held.instance().map(InstanceId::value).orElse(null)))
                    .orElse(null);
        }

        Lease toLease() {
            if (ttl == null) {
                throw new InvalidValueException("lease.ttl", "must be given, for example 30s");
            }
            return lease(ttl, Optional.ofNullable(instance));
        }

        static Lease lease(String ttl, Optional<String> instance) {
            try {
                return new Lease(Known.duration("ttl", ttl), instance.map(InstanceId::new));
            } catch (InvalidValueException e) {
                throw new InvalidValueException("lease." + e.field(), e.reason());
            }
        }
    }

    /** How the probes of an endpoint differ from those of its service. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ProbeBody(
            @Nullable Boolean disabled,
            @Nullable Integer port,
            @Nullable String host,
            @Nullable String path) {

        static @Nullable ProbeBody of(EndpointProbe probe) {
            return probe.equals(EndpointProbe.SAME)
                    ? null
                    : new ProbeBody(
                            probe.disabled() ? Boolean.TRUE : null,
                            probe.port().orElse(null),
                            probe.host().orElse(null),
                            probe.path().orElse(null));
        }

        EndpointProbe toProbe() {
            return new EndpointProbe(
                    Boolean.TRUE.equals(disabled),
                    Optional.ofNullable(port),
                    Optional.ofNullable(host),
                    Optional.ofNullable(path));
        }
    }

    /** Where an endpoint runs. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record LocalityBody(
            @Nullable String region,
            @Nullable String zone,
            @Nullable String subZone) {

        static @Nullable LocalityBody of(Locality locality) {
            return locality.equals(Locality.UNKNOWN)
                    ? null
                    : new LocalityBody(locality.region(), locality.zone(), locality.subZone());
        }

        Locality toLocality() {
            return new Locality(orEmpty(region), orEmpty(zone), orEmpty(subZone));
        }

        private static String orEmpty(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    Endpoint toEndpoint(EndpointId id, HostPort target) {
        return new Endpoint(
                id,
                target,
                weight == null ? 1 : weight,
                locality == null ? Locality.UNKNOWN : locality.toLocality(),
                priority == null ? 0 : priority,
                metadata == null ? Map.of() : withoutNulls(metadata),
                stateOf(state),
                Optional.ofNullable(lease).map(LeaseBody::toLease),
                Optional.empty(),
                probe == null ? EndpointProbe.SAME : probe.toProbe());
    }

    static EndpointAttributes of(RegisteredEndpoint registered) {
        Endpoint endpoint = registered.endpoint();
        return new EndpointAttributes(
                null,
                endpoint.target().address().value(),
                endpoint.target().port(),
                endpoint.weight(),
                LocalityBody.of(endpoint.locality()),
                endpoint.priority(),
                Map.copyOf(endpoint.metadata()),
                nameOf(endpoint.state()),
                LeaseBody.of(endpoint.lease()),
                ProbeBody.of(endpoint.probe()),
                null,
                null);
    }

    /** The endpoint under an id that the path gave, which need not repeat its target where it is {@code IP:PORT}. */
    Endpoint toEndpoint(EndpointId pathId) {
        if (id != null && !id.equals(pathId.value())) {
            throw new InvalidValueException("id", "must be that of the path, or left out");
        }
        return toEndpoint(pathId, targetOr(pathId));
    }

    /** The precondition that the headers ask for, or else the one that {@link #revision} does. */
    Precondition preconditionOr(Precondition headers) {
        return revision == null || !(headers instanceof Precondition.None)
                ? headers
                : new Precondition.At(new Revision(revision));
    }

    /** The target of an endpoint whose id need not say it. */
    HostPort target() {
        if (address == null) {
            throw new InvalidValueException("address", "must be given, for example 10.0.0.1");
        }
        if (port == null) {
            throw new InvalidValueException("port", "must be given, for example 8080");
        }
        return new HostPort(new IpAddress(address), port);
    }

    /** The target of an endpoint whose id says it unless the attributes do. */
    private HostPort targetOr(EndpointId id) {
        if (address != null || port != null) {
            return target();
        }
        try {
            return HostPort.parse(id.value());
        } catch (InvalidValueException e) {
            throw new InvalidValueException(
                    "address",
                    "and port must be given where the id is not itself IP:PORT; as such the id " + e.reason());
        }
    }

    static String nameOf(EndpointState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static EndpointState stateOf(@Nullable String state) {
        if (state == null) {
            return EndpointState.ACTIVE;
        }
        return switch (state) {
            case "active" -> EndpointState.ACTIVE;
            case "draining" -> EndpointState.DRAINING;
            default -> throw new InvalidValueException("state", "must be active or draining");
        };
    }

    private static Map<String, String> withoutNulls(Map<String, @Nullable String> metadata) {
        Map<String, String> checked = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (value == null) {
                throw new InvalidValueException("metadata", "must have strings as values, not null");
            }
            checked.put(key, value);
        });
        return checked;
    }
}
