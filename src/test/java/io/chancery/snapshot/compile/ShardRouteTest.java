package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import io.chancery.testing.TestingDocuments;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ShardRouteTest {

    private static final String HEADER = "mechanism: weighted-clusters, customer: {header: x-customer-id}";
    private static final List<ShardHost> HOSTS = IntStream.range(0, 8)
            .mapToObj(i -> new ShardHost(new EndpointId("10.0.0." + i + ":80"), 1, ""))
            .toList();

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "size: 2",
                "shards: 1024, classes: {gold: 4}",
                "whenDown: fallback, responseHeaders: true",
                "rollout: {to: {size: 3}, by: nodes, steps: [{percent: 50}]}"
            })
    void whereTheHashOfAHeaderDecidesEnvoyTellsRequestsToShardsByItself(String policy) {
        List<Route> routes = routes(HEADER + ", " + policy, "");

        assertThat(routes).hasSize(2);
        assertThat(routes.getFirst()
                        .getRoute()
                        .getWeightedClusters()
                        .getUseHashPolicy()
                        .getValue())
                .isTrue();
        assertThat(routes.getFirst().containsTypedPerFilterConfig(ShardFilter.NAME))
                .isFalse();
        assertThat(routes.getLast().getRoute().getCluster()).isEqualTo("shop");
        assertThat(routes.getLast().containsTypedPerFilterConfig(ShardFilter.NAME))
                .isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "customer: {header: x-customer-id}",
                "mechanism: weighted-clusters, customer: {cookie: tenant}",
                HEADER + ", customers: {vip: {size: 3}}",
                HEADER + ", shards: 1025",
                HEADER + ", choice: path",
                HEADER + ", withoutCustomer: default-shard",
                HEADER + ", rollout: {to: {size: 3}, by: customers, steps: [{percent: 1}]}"
            })
    void whatElseDecidesIsLeftToTheFilter(String policy) {
        assertThat(routes(policy, "")).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"hashPolicy: [{header: x-session}]", "rateLimit: {requests: 100}"})
    void whatARouteCanHaveOnceOnlyLeavesItToTheFilter(String more) {
        assertThat(routes(HEADER, ", " + more)).hasSize(1);
    }

    @Test
    void aTableWithTooManyShardsIsLeftToTheFilter() {
        List<ObjectNode> four = IntStream.range(0, 4)
                .mapToObj(i -> TestingRoutes.object("{prefix: /" + i + ", service: shop}"))
                .toList();
        List<ObjectNode> five = Stream.concat(four.stream(), Stream.of(TestingRoutes.object("{service: shop}")))
                .toList();

        assertThat(routes(HEADER, four)).hasSize(8);
        assertThat(routes(HEADER, five)).hasSize(5);
    }

    @Test
    void peopleAreShownTheFirstAndTheLastShard() {
        RouteConfiguration table = table(HEADER + ", shards: 16", List.of(TestingRoutes.object("{service: shop}")));

        RouteConfiguration abridged = ShardRoute.abridged(table);

        Sharding sharding = sharding(HEADER + ", shards: 16");
        assertThat(abridged.getVirtualHosts(0)
                        .getRoutes(0)
                        .getRoute()
                        .getWeightedClusters()
                        .getClustersList())
                .extracting(shard -> shard.getRequestHeadersToAdd(0).getHeader().getValue())
                .containsExactly(sharding.current().label(0), sharding.current().label(15));
        assertThat(abridged.getVirtualHosts(0).getRoutes(1))
                .isEqualTo(table.getVirtualHosts(0).getRoutes(1));
    }

    @Test
    void eachVirtualShardHasItsTurnUnderItsLabel() {
        RouteAction action =
                routes(HEADER + ", shards: 16, size: 3", "").getFirst().getRoute();
        Sharding sharding = sharding(HEADER + ", shards: 16, size: 3");

        assertThat(action.getHashPolicy(0).getHeader().getHeaderName()).isEqualTo("x-customer-id");
        List<WeightedCluster.ClusterWeight> shards =
                action.getWeightedClusters().getClustersList();
        assertThat(shards)
                .hasSize(16)
                .allSatisfy(shard -> assertThat(shard.getWeight().getValue()).isEqualTo(1));
        Set<Integer> seen = new HashSet<>();
        for (int customer = 0; seen.size() < 16; customer++) {
            int virtual = sharding.shardOf("customer-" + customer).virtualShard();
            seen.add(virtual);
            assertThat(shards.get(virtual).getRequestHeadersToAdd(0).getHeader().getValue())
                    .isEqualTo(sharding.shardOf("customer-" + customer).label());
            assertThat(ShardRoute.family(shards.get(virtual)))
                    .contains(sharding.current().layout() + "/3");
        }
    }

    private static Sharding sharding(String policy) {
        return Sharding.of(
                TestingDocuments.spec("{kind: ShuffleShard, name: shop, spec: {" + policy + "}}", ShuffleShard.class),
                HOSTS);
    }

    private static List<Route> routes(String policy, String more) {
        return routes(policy, List.of(TestingRoutes.object("{service: shop" + more + "}")));
    }

    private static List<Route> routes(String policy, List<ObjectNode> routes) {
        return table(policy, routes).getVirtualHosts(0).getRoutesList();
    }

    private static RouteConfiguration table(String policy, List<ObjectNode> routes) {
        HttpListener listener = TestingRoutes.listener(routes);
        return RouteTableCompiler.compile("edge", listener, new Surroundings() {
            @Override
            public List<String> members(String service) {
                return List.of();
            }

            @Override
            public Optional<Sharding> sharding(String service) {
                return Optional.of(ShardRouteTest.sharding(policy));
            }
        });
    }
}
