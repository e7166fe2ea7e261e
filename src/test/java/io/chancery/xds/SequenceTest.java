package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.ShuffleShard.Mechanism;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of sending to a client that asks for clusters by name, as gRPC clients do; a route went from old to new. */
class SequenceTest {

    private final Map<ResourceType, Has> sides = new EnumMap<>(ResourceType.class);
    private final Sequence sequence = new Sequence(new Sequence.Sides() {
        @Override
        public Optional<? extends Sequence.Side> of(ResourceType type) {
            return Optional.ofNullable(sides.get(type));
        }

        @Override
        public boolean isNamed(ResourceType by, Reference other) {
            return Optional.ofNullable(sides.get(by)).stream()
                    .flatMap(side -> side.all().values().stream())
                    .anyMatch(resource -> resource.references().contains(other));
        }
    });

    /** One type: everything in force, and what of it the client wants and has accepted. */
    private record Has(boolean isByName, Set<String> wanted, Map<String, Resource> all, Map<String, Resource> has)
            implements Sequence.Side {

        @Override
        public boolean wants(String name) {
            return !isByName || wanted.contains(name);
        }

        @Override
        public Stream<Resource> accepted() {
            return has.values().stream();
        }

        @Override
        public @Nullable Resource accepted(String name) {
            return has.get(name);
        }

        @Override
        public @Nullable Resource inForce(String name) {
            return all.get(name);
        }

        @Override
        public boolean refused(String name) {
            return false;
        }

        @Override
        public Stream<Resource> naming(Reference reference) {
            return accepted().filter(resource -> resource.references().contains(reference));
        }
    }

    @Test
    void theOldClusterStaysUntilTheClientHasAskedForTheNewOne() {
        routesAccepted();
        clusters(true, Set.of("old"), "old");
        endpoints(Set.of("old"), "old");

        assertThat(removalOfTheOldCluster()).isEqualTo(Gate.Verdict.WAIT);
    }

    @Test
    void theOldClusterStaysUntilTheClientHasAcceptedTheNewOne() {
        routesAccepted();
        clusters(true, Set.of("old", "new"), "old");
        endpoints(Set.of("old"), "old");

        assertThat(removalOfTheOldCluster()).isEqualTo(Gate.Verdict.WAIT);
    }

    @Test
    void theOldClusterStaysUntilTheClientHasAcceptedTheEndpointsOfTheNewOne() {
        routesAccepted();
        clusters(true, Set.of("old", "new"), "old", "new");
        endpoints(Set.of("old", "new"), "old");

        assertThat(removalOfTheOldCluster()).isEqualTo(Gate.Verdict.WAIT);
    }

    @Test
    void theOldClusterGoesWhenTheClientHasAllOfTheNewOne() {
        routesAccepted();
        clusters(true, Set.of("old", "new"), "old", "new");
        endpoints(Set.of("old", "new"), "old", "new");

        assertThat(removalOfTheOldCluster()).isEqualTo(Gate.Verdict.GO);
    }

    @Test
    void aClientThatWantsEveryClusterHadTheNewOneBeforeTheRoute() {
        routesAccepted();
        clusters(false, Set.of(), "old", "new");
        endpoints(Set.of("old"), "old");

        assertThat(removalOfTheOldCluster()).isEqualTo(Gate.Verdict.GO);
    }

    @ParameterizedTest
    @EnumSource
    void routesThatNameAnotherSizeOfShardsWaitForTheEndpointsThatHaveIt(Mechanism mechanism) {
        clusters(false, Set.of(), "new");
        sharded(assignment("new", "abc.1/2"), assignment("new", "abc.1/2", "abc.1/3"));

        assertThat(sequence.gate(ResourceType.ROUTE).judge("routes", routes(mechanism, 3), routes(mechanism, 2)))
                .isEqualTo(Gate.Verdict.WAIT);

        sharded(assignment("new", "abc.1/2", "abc.1/3"), assignment("new", "abc.1/2", "abc.1/3"));

        assertThat(sequence.gate(ResourceType.ROUTE).judge("routes", routes(mechanism, 3), routes(mechanism, 2)))
                .isEqualTo(Gate.Verdict.GO);
    }

    @ParameterizedTest
    @EnumSource
    void endpointsKeepASizeOfShardsUntilNoRouteThatTheClientHasNamesIt(Mechanism mechanism) {
        Resource both = assignment("new", "abc.1/2", "abc.1/3");
        Resource larger = assignment("new", "abc.1/3");
        sharded(both, larger);
        sides.put(
                ResourceType.ROUTE,
                new Has(
                        true,
                        Set.of("routes"),
                        Map.of("routes", routes(mechanism, 3)),
                        Map.of("routes", routes(mechanism, 2))));

        assertThat(sequence.gate(ResourceType.ENDPOINT).judge("new", larger, both))
                .isEqualTo(Gate.Verdict.WAIT);

        sides.put(
                ResourceType.ROUTE,
                new Has(
                        true,
                        Set.of("routes"),
                        Map.of("routes", routes(mechanism, 3)),
                        Map.of("routes", routes(mechanism, 3))));

        assertThat(sequence.gate(ResourceType.ENDPOINT).judge("new", larger, both))
                .isEqualTo(Gate.Verdict.GO);
    }

    private void sharded(Resource has, Resource all) {
        sides.put(ResourceType.ENDPOINT, new Has(true, Set.of("new"), Map.of("new", all), Map.of("new", has)));
    }

    private static Resource routes(Mechanism mechanism, int size) {
        return routes(
                switch (mechanism) {
                    case FILTER -> byFilter(size);
                    case WEIGHTED_CLUSTERS -> byWeightedClusters(size);
                });
    }

    private static Route.Builder byFilter(int size) {
        LuaPerRoute context = LuaPerRoute.newBuilder()
                .setFilterContext(Struct.newBuilder()
                        .putFields(
                                "layout",
                                Value.newBuilder().setStringValue("abc").build())
                        .putFields(
                                "size", Value.newBuilder().setNumberValue(size).build()))
                .build();
        return Route.newBuilder()
                .setRoute(RouteAction.newBuilder().setCluster("new"))
                .putTypedPerFilterConfig("chancery.shuffle-shard", Any.pack(context));
    }

    private static Route.Builder byWeightedClusters(int size) {
        Value label = Value.newBuilder().setStringValue("abc.1/" + size).build();
        Struct metadata = Struct.newBuilder().putFields("shuffle-shard", label).build();
        return Route.newBuilder()
                .setRoute(RouteAction.newBuilder()
                        .setWeightedClusters(WeightedCluster.newBuilder()
                                .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                        .setName("new")
                                        .setMetadataMatch(
                                                Metadata.newBuilder().putFilterMetadata("envoy.lb", metadata)))));
    }

    private static Resource routes(Route.Builder route) {
        return resource(
                ResourceType.ROUTE,
                "routes",
                RouteConfiguration.newBuilder()
                        .setName("routes")
                        .addVirtualHosts(VirtualHost.newBuilder().setName("all").addRoutes(route))
                        .build());
    }

    private static Resource assignment(String name, String... labels) {
        ListValue.Builder all = ListValue.newBuilder();
        for (String label : labels) {
            all.addValues(Value.newBuilder().setStringValue(label));
        }
        Struct metadata = Struct.newBuilder()
                .putFields("shuffle-shard", Value.newBuilder().setListValue(all).build())
                .build();
        return resource(
                ResourceType.ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(LocalityLbEndpoints.newBuilder()
                                .addLbEndpoints(LbEndpoint.newBuilder()
                                        .setMetadata(Metadata.newBuilder().putFilterMetadata("envoy.lb", metadata))))
                        .build());
    }

    private Gate.Verdict removalOfTheOldCluster() {
        return sequence.gate(ResourceType.CLUSTER).judge("old", null, cluster("old"));
    }

    private void routesAccepted() {
        Resource routes =
                routes(Route.newBuilder().setRoute(RouteAction.newBuilder().setCluster("new")));
        sides.put(
                ResourceType.ROUTE,
                new Has(true, Set.of("routes"), Map.of("routes", routes), Map.of("routes", routes)));
    }

    private void clusters(boolean byName, Set<String> wanted, String... accepted) {
        sides.put(
                ResourceType.CLUSTER,
                new Has(
                        byName,
                        wanted,
                        Map.of("new", cluster("new")),
                        byName(List.of(accepted), SequenceTest::cluster)));
    }

    private void endpoints(Set<String> wanted, String... accepted) {
        sides.put(
                ResourceType.ENDPOINT,
                new Has(true, wanted, Map.of(), byName(List.of(accepted), name -> assignment(name))));
    }

    private static Map<String, Resource> byName(List<String> names, Function<String, Resource> resource) {
        return names.stream().collect(Collectors.toMap(name -> name, resource));
    }

    private static Resource cluster(String name) {
        return resource(
                ResourceType.CLUSTER,
                name,
                Cluster.newBuilder()
                        .setName(name)
                        .setType(Cluster.DiscoveryType.EDS)
                        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                                .setEdsConfig(
                                        ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance())))
                        .build());
    }

    private static Resource resource(ResourceType type, String name, Message content) {
        try {
            return Resource.restored(
                    type,
                    name,
                    content.toByteString(),
                    new Resource.Traits(List.of(), Optional.empty(), new Origin("", Revision.ZERO, "")));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
