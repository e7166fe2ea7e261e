package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.chancery.manifest.spec.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.TokenBucket;

/** Filters of requests. Pure functions. */
final class HttpFilters {

    /** The name under which a route's or a route table's settings for the rate limit stand. */
    static final String RATE_LIMIT = "envoy.filters.http.local_ratelimit";

    private HttpFilters() {}

    /** The last one, which sends requests on. */
    static HttpFilter router() {
        return filter("envoy.filters.http.router", Router.getDefaultInstance()).build();
    }

    /**
     * The filter that limits nothing until routes say so. It is always there: were it put in with the first limit, then
     * that change of a route would change the listener, and Envoy would drain its connections.
     */
    static HttpFilter rateLimit(String statPrefix) {
        return filter(
                        RATE_LIMIT,
                        LocalRateLimit.newBuilder().setStatPrefix(statPrefix).build())
                .setDisabled(true)
                .build();
    }

    /** The limit of a route, a virtual host or a route table; the one next to the route counts. */
    static Any rateLimit(String statPrefix, RateLimit limit) {
        return Any.pack(LocalRateLimit.newBuilder()
                .setStatPrefix(statPrefix)
                .setTokenBucket(TokenBucket.newBuilder()
                        .setMaxTokens(limit.requests())
                        .setTokensPerFill(Values.number(limit.requests()))
                        .setFillInterval(Values.duration(limit.interval())))
                // Envoy's own is none of the requests.
                .setFilterEnabled(Values.fraction(100, ""))
                .setFilterEnforced(Values.fraction(100, ""))
                .build());
    }

    private static HttpFilter.Builder filter(String name, Message settings) {
        return HttpFilter.newBuilder().setName(name).setTypedConfig(Any.pack(settings));
    }
}
