package io.chancery.snapshot;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.ServiceView;
import io.chancery.sharding.ShardLabel;
import io.chancery.snapshot.compile.ClusterCompiler;
import io.chancery.snapshot.compile.Surroundings;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A service as Envoy is told of it: a cluster, and the assignment of its endpoints. Pure functions. */
final class ServiceCompiler {

    static final String LOAD_BALANCER_METADATA = "envoy.lb";

    private ServiceCompiler() {}

    /** The cluster of a service of which no manifest says how it is reached. */
    static Resource cluster(ServiceView service, Surroundings surroundings) {
        return cluster(service.name().value(), surroundings, traits(service));
    }

    /** The cluster of a service that is needed though it does not exist. */
    static Resource cluster(String name) {
        return cluster(name, Surroundings.NONE, Resource.Traits.from(new Origin("service/" + name, Revision.ZERO, "")));
    }

    private static Resource cluster(String name, Surroundings surroundings, Resource.Traits traits) {
        return Resource.of(
                ResourceType.CLUSTER, name, ClusterCompiler.compile(name, ServiceSpec.DEFAULT, surroundings), traits);
    }

    /**
     * The service's endpoints: one entry for each priority and locality, sorted; within it sorted by endpoint id. Where
     * two ids have the same address, the one that is used first stands for both, as Envoy takes an address once.
     *
     * <p>gRPC clients refuse an assignment that leaves a priority out, or an entry without a locality, and overlook an
     * entry without a weight (<a
     * href="https://github.com/grpc/proposal/blob/master/A27-xds-global-load-balancing.md">A27</a>). So each priority
     * below the last has an entry, if need be one without endpoints, and each entry has the sum of its weights.
     */
    static Resource assignment(ServiceView service, ShardLabels shards) {
        Map<EndpointId, List<String>> labels = shards.of(service.endpoints().values());
        String name = service.name().value();
        Map<Group, LocalityLbEndpoints.Builder> groups = new TreeMap<>();
        Map<HostPort, Endpoint> chosen = HashMap.newHashMap(service.endpoints().size());
        for (RegisteredEndpoint registered : service.endpoints().values()) {
            chosen.merge(registered.endpoint().target(), registered.endpoint(), ServiceCompiler::first);
        }
        for (RegisteredEndpoint registered : service.endpoints().values()) {
            Endpoint endpoint = registered.endpoint();
            if (endpoint.equals(chosen.get(endpoint.target()))) {
                groups.computeIfAbsent(Group.of(endpoint), Group::toBuilder)
                        .addLbEndpoints(shards.isNone() ? lbEndpoint(registered) : labelled(registered, labels));
            }
        }
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(name);
        int priority = 0;
        for (var entry : groups.entrySet()) {
            for (; priority < entry.getKey().priority(); priority++) {
                assignment.addEndpoints(weighted(nothing(priority).toBuilder()));
            }
            assignment.addEndpoints(weighted(entry.getValue()));
            priority = entry.getKey().priority() + 1;
        }
        return Resource.of(ResourceType.ENDPOINT, name, assignment.build(), traits(service));
    }

    /** An endpoint's weight says in how many shards it is; within one it counts as much as the others. */
    private static LbEndpoint labelled(RegisteredEndpoint registered, Map<EndpointId, List<String>> labels) {
        ListValue.Builder own = ListValue.newBuilder();
        labels.getOrDefault(registered.endpoint().id(), List.of())
                .forEach(label -> own.addValues(Value.newBuilder().setStringValue(label)));
        LbEndpoint.Builder endpoint = lbEndpoint(registered).toBuilder().clearLoadBalancingWeight();
        if (own.getValuesCount() > 0) {
            Struct fields = endpoint
                    .getMetadata()
                    .getFilterMetadataOrDefault(LOAD_BALANCER_METADATA, Struct.getDefaultInstance())
                    .toBuilder()
                    .putFields(
                            ShardLabel.KEY, Value.newBuilder().setListValue(own).build())
                    .build();
            endpoint.getMetadataBuilder().putFilterMetadata(LOAD_BALANCER_METADATA, fields);
        }
        return endpoint.build();
    }

    /** Has a locality of its own: gRPC for Java keeps but one entry of those that have the same, in any priority. */
    private static Group nothing(int priority) {
        return new Group(priority, new Locality("no-endpoints-" + priority, "", ""));
    }

    /** Gives an entry the weight of those of its endpoints that take new requests, and at least the least there is. */
    private static LocalityLbEndpoints.Builder weighted(LocalityLbEndpoints.Builder group) {
        long weight = group.getLbEndpointsList().stream()
                .filter(endpoint -> endpoint.getHealthStatus() != HealthStatus.DRAINING
                        && endpoint.getHealthStatus() != HealthStatus.UNHEALTHY)
                .mapToLong(endpoint -> endpoint.hasLoadBalancingWeight()
                        ? endpoint.getLoadBalancingWeight().getValue()
                        : 1)
                .sum();
        return group.setLoadBalancingWeight(UInt32Value.of((int) Math.max(1, weight)));
    }

    static Resource.Traits traits(ServiceView service) {
        return Resource.Traits.from(new Origin(source(service), service.revision(), ""));
    }

    static String source(ServiceView service) {
        return "service/" + service.name().value();
    }

    private static Endpoint first(Endpoint a, Endpoint b) {
        return a.priority() <= b.priority() ? a : b;
    }

    static LbEndpoint lbEndpoint(RegisteredEndpoint registered) {
        Endpoint endpoint = registered.endpoint();
        LbEndpoint.Builder result = LbEndpoint.newBuilder()
                .setEndpoint(io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                        .setAddress(Address.newBuilder()
                                .setSocketAddress(SocketAddress.newBuilder()
                                        .setAddress(endpoint.target().address().value())
                                        .setPortValue(endpoint.target().port()))));
        if (endpoint.weight() != 1) {
            result.setLoadBalancingWeight(UInt32Value.of(endpoint.weight()));
        }
        result.setHealthStatus(status(registered));
        if (!endpoint.metadata().isEmpty()) {
            Struct.Builder fields = Struct.newBuilder();
            endpoint.metadata()
                    .forEach((key, value) -> fields.putFields(
                            key, Value.newBuilder().setStringValue(value).build()));
            result.setMetadata(Metadata.newBuilder().putFilterMetadata(LOAD_BALANCER_METADATA, fields.build()));
        }
        return result.build();
    }

    private static HealthStatus status(RegisteredEndpoint registered) {
        return switch (registered.endpoint().state()) {
            case DRAINING -> HealthStatus.DRAINING;
            case ACTIVE ->
                switch (registered.health().effective()) {
                    case UNKNOWN -> HealthStatus.UNKNOWN;
                    case HEALTHY -> HealthStatus.HEALTHY;
                    case UNHEALTHY -> HealthStatus.UNHEALTHY;
                };
        };
    }

    /** What shares one {@code LocalityLbEndpoints}. */
    record Group(int priority, Locality locality) implements Comparable<Group> {

        static Group of(Endpoint endpoint) {
            return new Group(endpoint.priority(), endpoint.locality());
        }

        private static final Comparator<Group> ORDER =
                Comparator.comparingInt(Group::priority).thenComparing(Group::locality);

        @Override
        public int compareTo(Group other) {
            return ORDER.compare(this, other);
        }

        LocalityLbEndpoints.Builder toBuilder() {
            return LocalityLbEndpoints.newBuilder()
                    .setPriority(priority)
                    .setLocality(io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
                            .setRegion(locality.region())
                            .setZone(locality.zone())
                            .setSubZone(locality.subZone()));
        }
    }
}
