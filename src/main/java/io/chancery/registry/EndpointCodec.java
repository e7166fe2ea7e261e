package io.chancery.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Departure;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointProbe;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.InstanceId;
import io.chancery.model.IpAddress;
import io.chancery.model.Lease;
import io.chancery.model.Locality;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Endpoints as the store keeps them: without what is default. */
final class EndpointCodec {

    private static final StoredJson<Stored> FORM = new StoredJson<>(Stored.class);

    private EndpointCodec() {}

    static byte[] encode(Endpoint endpoint) {
        return FORM.write(Stored.of(endpoint));
    }

    /** @throws UnreadableValueException if the value is damaged or was written by a newer version */
    static Endpoint decode(String key, EndpointId id, byte[] value) {
        return FORM.read(key, value, stored -> stored.toEndpoint(id));
    }

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    private record Stored(
            String address,
            int port,
            @Nullable Integer weight,
            @Nullable String region,
            @Nullable String zone,
            @Nullable String subZone,
            int priority,
            @Nullable Map<String, String> metadata,
            boolean draining,
            @Nullable Long ttl,
            @Nullable String instance,
            @Nullable Long leavesAfter,
            @Nullable Long leavesAt,
            boolean unprobed,
            @Nullable Integer probePort,
            @Nullable String probeHost,
            @Nullable String probePath) {

        static Stored of(Endpoint endpoint) {
            return new Stored(
                    endpoint.target().address().value(),
                    endpoint.target().port(),
                    endpoint.weight() == 1 ? null : endpoint.weight(),
                    nullIfEmpty(endpoint.locality().region()),
                    nullIfEmpty(endpoint.locality().zone()),
                    nullIfEmpty(endpoint.locality().subZone()),
                    endpoint.priority(),
                    endpoint.metadata().isEmpty() ? null : endpoint.metadata(),
                    endpoint.state() == EndpointState.DRAINING,
                    endpoint.lease().map(lease -> lease.ttl().toMillis()).orElse(null),
                    endpoint.lease()
                            .flatMap(Lease::instance)
                            .map(InstanceId::value)
                            .orElse(null),
                    endpoint.departure()
                            .map(departure -> departure.grace().toMillis())
                            .orElse(null),
                    endpoint.departure()
                            .map(departure -> departure.at().toEpochMilli())
                            .orElse(null),
                    endpoint.probe().disabled(),
                    endpoint.probe().port().orElse(null),
                    endpoint.probe().host().orElse(null),
                    endpoint.probe().path().orElse(null));
        }

        Endpoint toEndpoint(EndpointId id) {
            return new Endpoint(
                    id,
                    new HostPort(new IpAddress(address), port),
                    weight == null ? 1 : weight,
                    region == null ? Locality.UNKNOWN : new Locality(region, emptyIfNull(zone), emptyIfNull(subZone)),
                    priority,
                    metadata == null ? Map.of() : metadata,
                    draining ? EndpointState.DRAINING : EndpointState.ACTIVE,
                    ttl == null
                            ? Optional.empty()
                            : Optional.of(new Lease(
                                    Duration.ofMillis(ttl),
                                    Optional.ofNullable(instance).map(InstanceId::new))),
                    leavesAfter == null || leavesAt == null
                            ? Optional.empty()
                            : Optional.of(
                                    new Departure(Duration.ofMillis(leavesAfter), Instant.ofEpochMilli(leavesAt))),
                    probe());
        }

        private EndpointProbe probe() {
            return new EndpointProbe(
                    unprobed,
                    Optional.ofNullable(probePort),
                    Optional.ofNullable(probeHost),
                    Optional.ofNullable(probePath));
        }

        private static @Nullable String nullIfEmpty(String text) {
            return text.isEmpty() ? null : text;
        }

        private static String emptyIfNull(@Nullable String text) {
            return text == null ? "" : text;
        }
    }
}
