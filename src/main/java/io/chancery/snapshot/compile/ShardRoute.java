package io.chancery.snapshot.compile;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.Route;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.sharding.ShardLabel;
import io.chancery.sharding.ShardPlan;
import io.chancery.sharding.Sharding;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A route whose requests Envoy tells to shards by itself: where a policy asks for that, and the hash of a header decides and
 * nothing else, its weighted clusters do what {@link ShardFilter} does, at a small part of the cost. Pure functions.
 */
public final class ShardRoute {

    /** Envoy goes through all of them for each request. */
    private static final int MOST_SHARDS = 1_024;

    /** Each takes 150 octets of every message that brings the table, and 3 kB of each Envoy's memory. */
    private static final int MOST_SHARDS_IN_A_TABLE = 4_096;

    private static final String NAMESPACE = "envoy.lb";

    private ShardRoute() {}

    /** Whether a table of such routes may have their shards; otherwise all are left to the filter. */
    static boolean fit(Stream<Route> routes, Surroundings surroundings) {
        return routes.flatMap(route -> sharding(route, surroundings).stream())
                        .mapToLong(sharding -> sharding.current().policy().shards())
                        .sum()
                <= MOST_SHARDS_IN_A_TABLE;
    }

    /**
     * The route that takes the requests with a customer from a route to a service with shards, which gets the others.
     *
     * @param all the route for all requests
     */
    static Optional<io.envoyproxy.envoy.config.route.v3.Route> of(
            Route route, Surroundings surroundings, io.envoyproxy.envoy.config.route.v3.Route all) {
        return sharding(route, surroundings).map(sharding -> compile(sharding, all));
    }

    private static Optional<Sharding> sharding(Route route, Surroundings surroundings) {
        return route.service().flatMap(surroundings::sharding).filter(sharding -> isByHashAlone(route, sharding));
    }

    private static boolean isByHashAlone(Route route, Sharding sharding) {
        ShuffleShard policy = sharding.policy();
        return sharding.mechanism() == ShuffleShard.Mechanism.WEIGHTED_CLUSTERS
                && policy.customer().header().isPresent()
                && policy.customers().isEmpty()
                && policy.shards() <= MOST_SHARDS
                && policy.choice() == ShuffleShard.Choice.LEAST_REQUEST
                && policy.withoutCustomer() == ShuffleShard.Nameless.REJECT
                && sharding.share() == 0
                && route.hashPolicy().isEmpty()
                // Each of two routes would have a bucket of its own.
                && route.rateLimit().isEmpty();
    }

    private static io.envoyproxy.envoy.config.route.v3.Route compile(
            Sharding sharding, io.envoyproxy.envoy.config.route.v3.Route all) {
        String header = sharding.policy().customer().header().orElseThrow();
        ShardPlan plan = sharding.current();
        io.envoyproxy.envoy.config.route.v3.Route.Builder route =
                all.toBuilder().removeTypedPerFilterConfig(ShardFilter.NAME);
        route.getMatchBuilder()
                .addHeaders(HeaderMatcher.newBuilder()
                        .setName(header)
                        .setStringMatch(StringMatcher.newBuilder().setExact(""))
                        .setTreatMissingHeaderAsEmpty(true)
                        .setInvertMatch(true));
        RouteAction.Builder action = route.getRouteBuilder();
        action.setWeightedClusters(shards(action.getCluster(), plan))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setHeader(RouteAction.HashPolicy.Header.newBuilder().setHeaderName(header)));
        return route.build();
    }

    private static WeightedCluster shards(String cluster, ShardPlan plan) {
        String config = Math.min(plan.policy().size(), plan.total()) + "/" + plan.total();
        WeightedCluster.Builder shards = WeightedCluster.newBuilder().setUseHashPolicy(BoolValue.of(true));
        for (int virtual = 0; virtual < plan.policy().shards(); virtual++) {
            String label = plan.label(virtual);
            shards.addClusters(WeightedCluster.ClusterWeight.newBuilder()
                    .setName(cluster)
                    .setWeight(Values.number(1))
                    .setMetadataMatch(Metadata.newBuilder()
                            .putFilterMetadata(
                                    NAMESPACE,
                                    Struct.newBuilder()
                                            .putFields(
                                                    ShardLabel.KEY,
                                                    Value.newBuilder()
                                                            .setStringValue(label)
                                                            .build())
                                            .build()))
                    .addRequestHeadersToAdd(ShardCompiler.header(ShardCompiler.ASSIGNMENT, label))
                    .addRequestHeadersToAdd(ShardCompiler.header(ShardCompiler.CONFIG, config)));
        }
        return shards.build();
    }

    /** The family of the shard that one of a route's clusters stands for, if it does. */
    public static Optional<String> family(WeightedCluster.ClusterWeight cluster) {
        String label = cluster.getMetadataMatch()
                .getFilterMetadataOrDefault(NAMESPACE, Struct.getDefaultInstance())
                .getFieldsOrDefault(ShardLabel.KEY, Value.getDefaultInstance())
                .getStringValue();
        return label.isEmpty() ? Optional.empty() : Optional.of(ShardLabel.family(label));
    }

    /** Routes with the first and the last of their shards only, for people to read. */
    public static RouteConfiguration abridged(RouteConfiguration routes) {
        RouteConfiguration.Builder result = routes.toBuilder();
        for (VirtualHost.Builder host : result.getVirtualHostsBuilderList()) {
            for (io.envoyproxy.envoy.config.route.v3.Route.Builder route : host.getRoutesBuilderList()) {
                List<WeightedCluster.ClusterWeight> clusters =
                        route.getRoute().getWeightedClusters().getClustersList();
                if (clusters.size() > 2
                        && clusters.stream().allMatch(cluster -> family(cluster).isPresent())) {
                    route.getRouteBuilder()
                            .getWeightedClustersBuilder()
                            .clearClusters()
                            .addClusters(clusters.getFirst())
                            .addClusters(clusters.getLast());
                }
            }
        }
        return result.build();
    }
}
