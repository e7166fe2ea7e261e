package io.chancery.snapshot.compile;

import com.google.protobuf.UInt64Value;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.sharding.ShardLabel;
import io.chancery.sharding.Sharding;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import java.util.List;

/**
 * A service that has shards: subsets of its endpoints, which the load balancer chooses from by what {@link ShardFilter} leaves
 * behind. Pure functions.
 */
final class ShardCompiler {

    /** Enough for the few endpoints of a shard; Envoy's own least is 1,024 for each subset. */
    private static final int RING = 128;

    private static final int RETRIES = 2;

    /** As many as Envoy takes requests at a time. */
    private static final int MOST_RETRIES = 1_024;

    /** Of two endpoints the one that is down has the fewest requests, and so is chosen three times in four. */
    private static final int TRIES_FOR_ANOTHER_ENDPOINT = 32;

    /** Tried again is only what no endpoint can have begun with. */
    private static final String RETRIED = "connect-failure,refused-stream,reset-before-request";

    /** Tells the endpoint the label of the shard. */
    static final String ASSIGNMENT = "x-shard-assignment";

    /** Tells the endpoint how many endpoints the shard has, of how many. */
    static final String CONFIG = "x-shard-config";

    private ShardCompiler() {}

    /**
     * The cluster with its subsets. What has no shard goes to any endpoint: connections, and requests of routes that do not
     * know of shards yet.
     */
    static Cluster cluster(Cluster plain, ShuffleShard policy) {
        Cluster.Builder cluster = plain.toBuilder();
        switch (policy.choice()) {
            case LEAST_REQUEST -> leastRequest(cluster);
            case PATH ->
                cluster.clearLbConfig()
                        .setLbPolicy(Cluster.LbPolicy.RING_HASH)
                        .setRingHashLbConfig(
                                Cluster.RingHashLbConfig.newBuilder().setMinimumRingSize(UInt64Value.of(RING)));
        }
        if (!cluster.getCommonLbConfig().hasHealthyPanicThreshold()) {
            // Envoy would use a shard that is down as if it were not.
            cluster.getCommonLbConfigBuilder().setHealthyPanicThreshold(Values.percent(0));
        }
        if (!cluster.hasCircuitBreakers()) {
            cluster.setCircuitBreakers(CircuitBreakers.newBuilder()
                    .addThresholds(manyRetries(RoutingPriority.DEFAULT))
                    .addThresholds(manyRetries(RoutingPriority.HIGH)));
        }
        LbSubsetSelector.Builder selector = LbSubsetSelector.newBuilder().addKeys(ShardLabel.KEY);
        switch (policy.whenDown()) {
            case FAIL -> selector.setFallbackPolicy(LbSubsetSelector.LbSubsetSelectorFallbackPolicy.NO_FALLBACK);
            case FALLBACK -> {
                // What the whole cluster has; only so does Envoy count it.
            }
        }
        return cluster.setLbSubsetConfig(LbSubsetConfig.newBuilder()
                        .setFallbackPolicy(LbSubsetConfig.LbSubsetFallbackPolicy.ANY_ENDPOINT)
                        .setListAsAny(true)
                        .addSubsetSelectors(selector))
                .build();
    }

    /** Where one of two endpoints is gone, half of a customer's requests are tried again; Envoy's own limit is three at a time. */
    private static CircuitBreakers.Thresholds manyRetries(RoutingPriority priority) {
        return CircuitBreakers.Thresholds.newBuilder()
                .setPriority(priority)
                .setMaxRetries(Values.number(MOST_RETRIES))
                .build();
    }

    private static void leastRequest(Cluster.Builder cluster) {
        if (cluster.getLbPolicy() == Cluster.LbPolicy.LEAST_REQUEST) {
            return;
        }
        Cluster.LeastRequestLbConfig.Builder settings = Cluster.LeastRequestLbConfig.newBuilder();
        if (cluster.getRoundRobinLbConfig().hasSlowStartConfig()) {
            settings.setSlowStartConfig(cluster.getRoundRobinLbConfig().getSlowStartConfig());
        }
        cluster.clearLbConfig().setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST);
        if (settings.hasSlowStartConfig()) {
            cluster.setLeastRequestLbConfig(settings);
        }
    }

    /** What a route to such a service does where nothing else is said: it tries another endpoint of the shard. */
    static void route(RouteAction.Builder action, List<Sharding> shardings) {
        if (!action.hasRetryPolicy()) {
            action.setRetryPolicy(RetryPolicy.newBuilder()
                    .setRetryOn(RETRIED)
                    .setNumRetries(Values.number(RETRIES))
                    .addRetryHostPredicate(RouteCompiler.OTHER_ENDPOINTS));
        }
        if (action.getRetryPolicy().getRetryHostPredicateCount() > 0) {
            action.getRetryPolicyBuilder().setHostSelectionRetryMaxAttempts(TRIES_FOR_ANOTHER_ENDPOINT);
        }
        boolean byPath = shardings.stream().anyMatch(one -> one.policy().choice() == ShuffleShard.Choice.PATH);
        if (byPath && action.getHashPolicyCount() == 0) {
            action.addHashPolicy(RouteAction.HashPolicy.newBuilder()
                    .setHeader(RouteAction.HashPolicy.Header.newBuilder().setHeaderName(":path")));
        }
    }

    /** What the endpoint is told of where the request was sent. */
    static HeaderValueOption target(String service) {
        return header("x-target-cluster", service);
    }

    /** What the client is told of its shard. */
    static List<HeaderValueOption> responseHeaders() {
        return List.of(
                header(ASSIGNMENT, "%REQ(" + ASSIGNMENT + ")%"),
                header(CONFIG, "%REQ(" + CONFIG + ")%"),
                header("x-shard-host", "%UPSTREAM_REMOTE_ADDRESS%"));
    }

    static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
