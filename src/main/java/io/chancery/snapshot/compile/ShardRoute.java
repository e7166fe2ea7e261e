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
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Optional;

/**
 * A route whose requests Envoy tells to shards by itself: where the hash of a header decides and nothing else, its weighted
 * clusters do what {@link ShardFilter} does, at a small part of the cost. Pure functions.
 */
public final class ShardRoute {

    /** Envoy goes through the shards one by one, and each takes a hundred octets of every message that brings the routes. */
    private static final int MOST_SHARDS = 1_024;

    /** One customer; of several headers Envoy makes one hash, so these are left to the filter. */
    private static final String ONE_CUSTOMER = "[^,]+";

    private static final String NAMESPACE = "envoy.lb";

    private ShardRoute() {}

    /**
     * The route that takes the requests with a customer from a route to a service with shards, which gets the others.
     *
     * @param all the route for all requests
     */
    static Optional<io.envoyproxy.envoy.config.route.v3.Route> of(
            Route route, Surroundings surroundings, io.envoyproxy.envoy.config.route.v3.Route all) {
        return route.service()
                .flatMap(surroundings::sharding)
                .filter(sharding -> isByHashAlone(route, sharding))
                .map(sharding -> compile(sharding, all));
    }

    private static boolean isByHashAlone(Route route, Sharding sharding) {
        ShuffleShard policy = sharding.policy();
        return policy.customer().header().isPresent()
                && policy.customers().isEmpty()
                && policy.shards() <= MOST_SHARDS
                && policy.choice() == ShuffleShard.Choice.LEAST_REQUEST
                && policy.withoutCustomer() == ShuffleShard.Nameless.REJECT
                && sharding.share() == 0
                && route.hashPolicy().isEmpty();
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
                        .setStringMatch(StringMatcher.newBuilder().setSafeRegex(Values.regex(ONE_CUSTOMER))));
        RouteAction.Builder action = route.getRouteBuilder();
        action.setWeightedClusters(shards(action.getCluster(), plan))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setHeader(RouteAction.HashPolicy.Header.newBuilder().setHeaderName(header)));
        return route.addRequestHeadersToAdd(ShardCompiler.header(
                        ShardCompiler.CONFIG, Math.min(plan.policy().size(), plan.total()) + "/" + plan.total()))
                .build();
    }

    private static WeightedCluster shards(String cluster, ShardPlan plan) {
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
                    .addRequestHeadersToAdd(ShardCompiler.header(ShardCompiler.ASSIGNMENT, label)));
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
}
