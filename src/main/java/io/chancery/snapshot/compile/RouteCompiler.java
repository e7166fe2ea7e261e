package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.chancery.manifest.spec.HashPolicy;
import io.chancery.manifest.spec.Redirect;
import io.chancery.manifest.spec.Response;
import io.chancery.manifest.spec.Retries;
import io.chancery.manifest.spec.Route;
import io.chancery.manifest.spec.WeightedService;
import io.chancery.sharding.Sharding;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One route. Pure functions. */
final class RouteCompiler {

    private static final String STATUSES = "retriable-status-codes";

    /** How often Envoy looks for an endpoint that was not tried yet before it takes one that was. */
    private static final int TRIES_FOR_ANOTHER_ENDPOINT = 5;

    /** Refuses an endpoint that the request was sent to before. */
    static final RetryPolicy.RetryHostPredicate OTHER_ENDPOINTS = RetryPolicy.RetryHostPredicate.newBuilder()
            .setName("envoy.retry_host_predicates.previous_hosts")
            .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance()))
            .build();

    private RouteCompiler() {}

    static io.envoyproxy.envoy.config.route.v3.Route compile(
            String statPrefix, Route route, Surroundings surroundings) {
        var result = io.envoyproxy.envoy.config.route.v3.Route.newBuilder().setMatch(MatchCompiler.compile(route));
        route.name().ifPresent(name -> result.setName(name).setStatPrefix(name));
        route.redirect().ifPresent(redirect -> result.setRedirect(redirect(route, redirect)));
        route.response().ifPresent(response -> result.setDirectResponse(response(response)));
        if (route.service().isPresent() || !route.services().isEmpty()) {
            result.setRoute(forward(route, surroundings));
            shard(route, surroundings, result);
        }
        route.requestHeaders()
                .ifPresent(changes -> result.addAllRequestHeadersToAdd(HeaderCompiler.toAdd(changes))
                        .addAllRequestHeadersToRemove(changes.remove()));
        route.responseHeaders()
                .ifPresent(changes -> result.addAllResponseHeadersToAdd(HeaderCompiler.toAdd(changes))
                        .addAllResponseHeadersToRemove(changes.remove()));
        route.rateLimit()
                .ifPresent(limit -> result.putTypedPerFilterConfig(
                        HttpFilters.RATE_LIMIT, HttpFilters.rateLimit(statPrefix, limit)));
        return result.build();
    }

    private static RouteAction forward(Route route, Surroundings surroundings) {
        RouteAction.Builder action = RouteAction.newBuilder()
                .setTimeout(Values.duration(route.timeout()))
                .setPriority(
                        switch (route.priority()) {
                            case NORMAL -> RoutingPriority.DEFAULT;
                            case HIGH -> RoutingPriority.HIGH;
                        });
        route.service().ifPresent(action::setCluster);
        if (route.service().isEmpty()) {
            action.setWeightedClusters(clusters(route.services(), surroundings));
        }
        route.rewrite().ifPresent(replacement -> {
            switch (Rewrite.of(route, replacement)) {
                case Rewrite.Matched(String whole) -> action.setPrefixRewrite(whole);
                case Rewrite.Found found -> action.setRegexRewrite(found.message());
            }
        });
        route.hostRewrite().ifPresent(action::setHostRewriteLiteral);
        route.idleTimeout().ifPresent(timeout -> action.setIdleTimeout(Values.duration(timeout)));
        route.retries().ifPresent(retries -> action.setRetryPolicy(policy(retries)));
        route.hashPolicy().forEach(policy -> action.addHashPolicy(hash(policy)));
        if (route.websocket()) {
            action.addUpgradeConfigs(RouteAction.UpgradeConfig.newBuilder()
                    .setUpgradeType("websocket")
                    .setEnabled(BoolValue.of(true)));
        }
        List<Sharding> shardings = shardings(route, surroundings);
        if (!shardings.isEmpty()) {
            ShardCompiler.route(action, shardings);
        }
        return action.build();
    }

    private static List<Sharding> shardings(Route route, Surroundings surroundings) {
        return Stream.concat(route.service().stream(), route.services().stream().map(WeightedService::service))
                .flatMap(service -> surroundings.sharding(service).stream())
                .toList();
    }

    /** Tells the filter of the service's shards; those of several services stand with their weights. */
    private static void shard(
            Route route, Surroundings surroundings, io.envoyproxy.envoy.config.route.v3.Route.Builder result) {
        route.service()
                .ifPresent(service -> surroundings
                        .sharding(service)
                        .ifPresent(sharding -> result.putTypedPerFilterConfig(
                                        ShardFilter.NAME, ShardFilter.context(sharding))
                                .addRequestHeadersToAdd(ShardCompiler.target(service))));
        if (shardings(route, surroundings).stream()
                .anyMatch(sharding -> sharding.policy().responseHeaders())) {
            result.addAllResponseHeadersToAdd(ShardCompiler.responseHeaders());
        }
    }

    private static WeightedCluster clusters(List<WeightedService> services, Surroundings surroundings) {
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (WeightedService service : services) {
            WeightedCluster.ClusterWeight.Builder cluster = WeightedCluster.ClusterWeight.newBuilder()
                    .setName(service.service())
                    .setWeight(Values.number(service.weight()));
            surroundings
                    .sharding(service.service())
                    .ifPresent(
                            sharding -> cluster.putTypedPerFilterConfig(ShardFilter.NAME, ShardFilter.context(sharding))
                                    .addRequestHeadersToAdd(ShardCompiler.target(service.service())));
            clusters.addClusters(cluster);
        }
        return clusters.build();
    }

    private static RetryPolicy policy(Retries retries) {
        List<String> reasons = new ArrayList<>(retries.on());
        if (!retries.statuses().isEmpty() && !reasons.contains(STATUSES)) {
            reasons.add(STATUSES);
        }
        RetryPolicy.Builder policy = RetryPolicy.newBuilder()
                .setRetryOn(String.join(",", reasons))
                .addAllRetriableStatusCodes(retries.statuses())
                .setNumRetries(Values.number(retries.attempts()));
        retries.perTryTimeout().ifPresent(timeout -> policy.setPerTryTimeout(Values.duration(timeout)));
        if (retries.otherEndpoints()) {
            policy.addRetryHostPredicate(OTHER_ENDPOINTS).setHostSelectionRetryMaxAttempts(TRIES_FOR_ANOTHER_ENDPOINT);
        }
        return policy.build();
    }

    private static RouteAction.HashPolicy hash(HashPolicy policy) {
        RouteAction.HashPolicy.Builder hash =
                RouteAction.HashPolicy.newBuilder().setTerminal(policy.terminal());
        policy.header()
                .ifPresent(name -> hash.setHeader(
                        RouteAction.HashPolicy.Header.newBuilder().setHeaderName(name)));
        policy.cookie().ifPresent(cookie -> hash.setCookie(cookie(cookie)));
        policy.query()
                .ifPresent(name -> hash.setQueryParameter(
                        RouteAction.HashPolicy.QueryParameter.newBuilder().setName(name)));
        if (policy.sourceAddress()) {
            hash.setConnectionProperties(
                    RouteAction.HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
        }
        return hash.build();
    }

    private static RouteAction.HashPolicy.Cookie cookie(HashPolicy.Cookie cookie) {
        RouteAction.HashPolicy.Cookie.Builder result =
                RouteAction.HashPolicy.Cookie.newBuilder().setName(cookie.name());
        cookie.ttl().ifPresent(ttl -> result.setTtl(Values.duration(ttl)));
        cookie.path().ifPresent(result::setPath);
        return result.build();
    }

    private static RedirectAction redirect(Route route, Redirect redirect) {
        RedirectAction.Builder action = RedirectAction.newBuilder()
                .setStripQuery(redirect.stripQuery())
                .setResponseCode(
                        switch (redirect.status()) {
                            case 302 -> RedirectResponseCode.FOUND;
                            case 303 -> RedirectResponseCode.SEE_OTHER;
                            case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
                            case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
                            default -> RedirectResponseCode.MOVED_PERMANENTLY;
                        });
        if (redirect.https()) {
            action.setHttpsRedirect(true);
        }
        redirect.host().ifPresent(action::setHostRedirect);
        redirect.port().ifPresent(action::setPortRedirect);
        redirect.path().ifPresent(action::setPathRedirect);
        redirect.prefix().ifPresent(replacement -> {
            switch (Rewrite.of(route, replacement)) {
                case Rewrite.Matched(String whole) -> action.setPrefixRewrite(whole);
                case Rewrite.Found found -> action.setRegexRewrite(found.message());
            }
        });
        return action.build();
    }

    private static DirectResponseAction response(Response response) {
        DirectResponseAction.Builder action = DirectResponseAction.newBuilder().setStatus(response.status());
        response.body().ifPresent(body -> action.setBody(Values.inline(body)));
        return action.build();
    }
}
