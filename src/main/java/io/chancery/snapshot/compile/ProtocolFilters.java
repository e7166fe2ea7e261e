package io.chancery.snapshot.compile;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.ProtocolFilter;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.envoyproxy.envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy;
import io.envoyproxy.envoy.extensions.filters.network.redis_proxy.v3.RedisProxy;
import java.util.Optional;

/** Filters of connections beside those that carry them on. Pure functions. */
final class ProtocolFilters {

    private static final String TYPES = "type.googleapis.com/envoy.extensions.filters.network.";

    /** A client of Redis that waits longer has been cut off by its own patience. */
    private static final Duration REDIS_TIMEOUT =
            Duration.newBuilder().setSeconds(5).build();

    private ProtocolFilters() {}

    /** Closes connections that are too many. */
    static Filter connectionLimit(String statPrefix, int most) {
        return Values.filter(
                "envoy.filters.network.connection_limit",
                ConnectionLimit.newBuilder()
                        .setStatPrefix(statPrefix)
                        .setMaxConnections(UInt64Value.of(most))
                        .build());
    }

    /** What reads along with a connection; empty for a protocol whose filter carries the connection on itself. */
    static Optional<Filter> reader(ProtocolFilter protocol, String statPrefix) {
        return switch (protocol) {
            case REDIS -> Optional.empty();
            case POSTGRES ->
                Optional.of(contributed(
                        "envoy.filters.network.postgres_proxy",
                        TYPES + "postgres_proxy.v3alpha.PostgresProxy",
                        statPrefix));
            case MYSQL ->
                Optional.of(contributed(
                        "envoy.filters.network.mysql_proxy", TYPES + "mysql_proxy.v3.MySQLProxy", statPrefix));
            case MONGODB ->
                Optional.of(Values.filter(
                        "envoy.filters.network.mongo_proxy",
                        MongoProxy.newBuilder().setStatPrefix(statPrefix).build()));
        };
    }

    /** The messages of contributed filters are not in Envoy's API for Java; this form stands for any message. */
    private static Filter contributed(String name, String type, String statPrefix) {
        return Values.filter(
                name,
                TypedStruct.newBuilder()
                        .setTypeUrl(type)
                        .setValue(Struct.newBuilder()
                                .putFields(
                                        "stat_prefix",
                                        Value.newBuilder()
                                                .setStringValue(statPrefix)
                                                .build()))
                        .build());
    }

    /** Takes Redis' commands and sends each to the endpoint that its key is for. */
    static Filter redis(String statPrefix, String cluster) {
        return Values.filter(
                "envoy.filters.network.redis_proxy",
                RedisProxy.newBuilder()
                        .setStatPrefix(statPrefix)
                        .setSettings(RedisProxy.ConnPoolSettings.newBuilder().setOpTimeout(REDIS_TIMEOUT))
                        .setPrefixRoutes(RedisProxy.PrefixRoutes.newBuilder()
                                .setCatchAllRoute(RedisProxy.PrefixRoutes.Route.newBuilder()
                                        .setCluster(cluster)))
                        .build());
    }
}
