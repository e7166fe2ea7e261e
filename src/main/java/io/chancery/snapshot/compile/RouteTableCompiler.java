package io.chancery.snapshot.compile;

import com.google.protobuf.BoolValue;
import io.chancery.manifest.spec.Hsts;
import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.Response;
import io.chancery.manifest.spec.Route;
import io.chancery.manifest.spec.VirtualHost;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The route table of a listener for HTTP. Pure functions. */
final class RouteTableCompiler {

    private static final Pattern WITH_PORT = Pattern.compile(".*:\\d+");
    private static final int FORBIDDEN = 403;

    /** Beyond this Envoy refuses a table, unless the table itself says how long an answer may be. */
    private static final int LONGEST_BODY = 4_096;

    private RouteTableCompiler() {}

    /**
     * Compiles a listener's table.
     *
     * <p>Clusters are not held against those that are known, or Envoy would refuse the whole table for the sake of one
     * that is on its way. What a route says of headers counts before what its virtual host says, and that before what the
     * listener says.
     */
    static RouteConfiguration compile(String name, HttpListener listener, Surroundings surroundings) {
        String statPrefix = HttpListenerCompiler.statPrefix(name, listener);
        RouteConfiguration.Builder table = RouteConfiguration.newBuilder()
                .setName(listener.routeTable().orElse(name))
                .setValidateClusters(BoolValue.of(false))
                .setMostSpecificHeaderMutationsWins(true)
                .setIgnorePortInHostMatching(domains(listener)
                        .noneMatch(domain -> WITH_PORT.matcher(domain).matches()));
        int body = longestBody(listener);
        if (body > LONGEST_BODY) {
            table.setMaxDirectResponseBodySizeBytes(Values.number(body));
        }
        listener.hsts().ifPresent(hsts -> table.addResponseHeadersToAdd(header(hsts)));
        listener.requestHeaders()
                .ifPresent(changes -> table.addAllRequestHeadersToAdd(HeaderCompiler.toAdd(changes))
                        .addAllRequestHeadersToRemove(changes.remove()));
        listener.responseHeaders()
                .ifPresent(changes -> table.addAllResponseHeadersToAdd(HeaderCompiler.toAdd(changes))
                        .addAllResponseHeadersToRemove(changes.remove()));
        listener.rateLimit()
                .ifPresent(limit -> table.putTypedPerFilterConfig(
                        HttpFilters.RATE_LIMIT, HttpFilters.rateLimit(statPrefix, limit)));
        boolean byHash =
                ShardRoute.fit(listener.hosts().stream().flatMap(host -> host.routes().stream()), surroundings);
        for (VirtualHost host : listener.hosts()) {
            table.addVirtualHosts(host(name, listener, host, surroundings, byHash));
        }
        return table.build();
    }

    private static io.envoyproxy.envoy.config.route.v3.VirtualHost host(
            String name, HttpListener listener, VirtualHost host, Surroundings surroundings, boolean byHash) {
        String statPrefix = HttpListenerCompiler.statPrefix(name, listener);
        var result = io.envoyproxy.envoy.config.route.v3.VirtualHost.newBuilder()
                .setName(host.name())
                .addAllDomains(host.domains());
        host.requestHeaders()
                .ifPresent(changes -> result.addAllRequestHeadersToAdd(HeaderCompiler.toAdd(changes))
                        .addAllRequestHeadersToRemove(changes.remove()));
        host.responseHeaders()
                .ifPresent(changes -> result.addAllResponseHeadersToAdd(HeaderCompiler.toAdd(changes))
                        .addAllResponseHeadersToRemove(changes.remove()));
        host.rateLimit()
                .ifPresent(limit -> result.putTypedPerFilterConfig(
                        HttpFilters.RATE_LIMIT, HttpFilters.rateLimit(statPrefix, limit)));
        if (listener.httpsRedirect()) {
            return result.addRoutes(toHttps()).build();
        }
        blocked(listener.block(), host.block()).forEach(path -> result.addRoutes(refusal(path)));
        for (Route route : RouteRanking.ranked(host.routes(), listener.order())) {
            var compiled = RouteCompiler.compile(statPrefix, route, surroundings);
            if (byHash) {
                ShardRoute.of(route, surroundings, compiled).ifPresent(result::addRoutes);
            }
            result.addRoutes(compiled);
        }
        return result.build();
    }

    private static io.envoyproxy.envoy.config.route.v3.Route toHttps() {
        return io.envoyproxy.envoy.config.route.v3.Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRedirect(RedirectAction.newBuilder().setHttpsRedirect(true))
                .build();
    }

    /** A path that ends in a slash is blocked without it too: many applications answer both alike. */
    private static Collection<String> blocked(Collection<String> everywhere, Collection<String> here) {
        TreeSet<String> paths = new TreeSet<>();
        Stream.concat(everywhere.stream(), here.stream())
                .map(path -> path.replaceFirst("/+$", ""))
                .forEach(paths::add);
        return paths;
    }

    private static io.envoyproxy.envoy.config.route.v3.Route refusal(String path) {
        RouteMatch.Builder match = RouteMatch.newBuilder().setCaseSensitive(BoolValue.of(false));
        if (path.isEmpty()) {
            match.setPrefix("/");
        } else {
            match.setPathSeparatedPrefix(path);
        }
        return io.envoyproxy.envoy.config.route.v3.Route.newBuilder()
                .setMatch(match)
                .setDirectResponse(DirectResponseAction.newBuilder().setStatus(FORBIDDEN))
                .build();
    }

    private static Stream<String> domains(HttpListener listener) {
        return listener.hosts().stream().flatMap(host -> host.domains().stream());
    }

    private static int longestBody(HttpListener listener) {
        return listener.hosts().stream()
                .flatMap(host -> host.routes().stream())
                .map(Route::response)
                .flatMap(Optional::stream)
                .map(Response::body)
                .flatMap(Optional::stream)
                .mapToInt(body -> body.getBytes(StandardCharsets.UTF_8).length)
                .max()
                .orElse(0);
    }

    private static HeaderValueOption header(Hsts hsts) {
        String value = "max-age=" + hsts.maxAge().toSeconds()
                + (hsts.includeSubDomains() ? "; includeSubDomains" : "")
                + (hsts.preload() ? "; preload" : "");
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder()
                        .setKey("strict-transport-security")
                        .setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
