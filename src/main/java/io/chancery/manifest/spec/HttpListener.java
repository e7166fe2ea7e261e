package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A port on which Envoy takes HTTP. */
public record HttpListener(
        @Field(value = "is http", otherwise = "http") ListenerProtocol protocol,

        @Field(value = "is the address that it binds to", otherwise = "0.0.0.0")
        BindAddress address,

        @Field("is the port that it binds to") int port,

        @Field("answer for the domains that they name; instead of routes")
        List<VirtualHost> virtualHosts,

        @Field("are for every domain; instead of virtualHosts")
        List<Route> routes,

        @Field(
                value = "specific: the most specific route counts, wherever it stands; listed: the first that matches",
                otherwise = "specific")
        RouteOrder order,

        @Field("are path prefixes that are answered with 403, in every spelling")
        List<String> block,

        @Field("limits the requests that each Envoy lets through")
        Optional<RateLimit> rateLimit,

        @Field("makes it HTTPS") Optional<DownstreamTls> tls,

        @Field("sends every request to the same URL with https")
        boolean httpsRedirect,

        @Field("tells browsers to use HTTPS only") Optional<Hsts> hsts,
        @Field("are written for each request") List<AccessLog> accessLogs,
        @Field("sends spans") Optional<Tracing> tracing,

        @Field("verify the tokens of requests that have one; a request whose token is not right is answered with 401")
        List<JwtProvider> jwt,

        @Field("limits what one HTTP/2 connection may do") Optional<Http2Limits> http2,
        @Field("are changed in every request") Optional<HeaderChanges> requestHeaders,
        @Field("are changed in every response") Optional<HeaderChanges> responseHeaders,

        @Field(value = "is how long a connection without requests is kept", otherwise = "1h")
        Duration idleTimeout,

        @Field(value = "is how long a stream without any bytes is kept", otherwise = "5m")
        Duration streamIdleTimeout,

        @Field(value = "is how long a client may take for its headers", otherwise = "10s")
        Duration requestHeadersTimeout,

        @Field("is how many connections the listener takes; more are closed")
        Optional<Integer> maxConnections,

        @Field("is the name that its metrics begin with; left out, the manifest's name")
        Optional<String> statPrefix,

        @Field("is the name of its route table; left out, the manifest's name")
        Optional<String> routeTable)
        implements Spec {

    public HttpListener {
        if (protocol != ListenerProtocol.HTTP) {
            throw new IllegalArgumentException("a listener for HTTP has no other protocol");
        }
        Bounds.port("port", port);
        Bounds.atMostOne(Bounds.Given.of("virtualHosts", virtualHosts), Bounds.Given.of("routes", routes));
        virtualHosts = List.copyOf(virtualHosts);
        routes = List.copyOf(routes);
        if (virtualHosts.isEmpty() && routes.isEmpty() && !httpsRedirect) {
            throw new InvalidValueException("routes", "must have at least one entry, or virtualHosts must");
        }
        Bounds.distinct(
                "virtualHosts", virtualHosts.stream().map(VirtualHost::name).toList());
        Bounds.distinct(
                "virtualHosts",
                virtualHosts.stream()
                        .flatMap(host -> host.domains().stream())
                        .map(domain -> domain.toLowerCase(Locale.ROOT))
                        .toList());
        block = Paths.checked("block", block);
        accessLogs = List.copyOf(accessLogs);
        jwt = List.copyOf(jwt);
        Bounds.distinct("jwt", jwt.stream().map(JwtProvider::name).toList());
        if (httpsRedirect && tls.isPresent()) {
            throw new InvalidValueException(
                    "httpsRedirect", "must be left out where there is tls: it is for the listener beside it");
        }
        if (hsts.isPresent() && tls.isEmpty()) {
            throw new InvalidValueException(
                    "hsts", "must be left out where there is no tls: browsers ignore it over HTTP (RFC 6797)");
        }
        Bounds.duration("idleTimeout", idleTimeout);
        Bounds.duration("streamIdleTimeout", streamIdleTimeout);
        Bounds.duration("requestHeadersTimeout", requestHeadersTimeout);
        Bounds.positive("maxConnections", maxConnections);
        Bounds.printable("statPrefix", statPrefix);
        Bounds.printable("routeTable", routeTable);
    }

    /** The virtual hosts, also where the document has routes only. */
    public List<VirtualHost> hosts() {
        return virtualHosts.isEmpty() ? List.of(VirtualHost.ofEveryDomain(routes)) : virtualHosts;
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.LISTENER;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of(
                new DeclaredName(ResourceType.LISTENER, name),
                new DeclaredName(ResourceType.ROUTE, routeTable.orElse(name)));
    }

    @Override
    public List<Bind> binds() {
        return List.of(new Bind(address, port));
    }

    @Override
    public List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            routes.get(i).addReferences("routes[" + i + ']', references);
        }
        for (int i = 0; i < virtualHosts.size(); i++) {
            virtualHosts.get(i).addReferences("virtualHosts[" + i + ']', references);
        }
        tls.ifPresent(settings -> references.addAll(settings.references()));
        tracing.ifPresent(settings -> references.add(settings.reference()));
        return references;
    }
}
