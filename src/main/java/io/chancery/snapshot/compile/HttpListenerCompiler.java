package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.chancery.manifest.spec.Alpn;
import io.chancery.manifest.spec.Http2Limits;
import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.WeightedService;
import io.chancery.sharding.Sharding;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.List;
import java.util.stream.Stream;

/**
 * Listeners for HTTP from clients that nobody trusts (<a
 * href="https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge">Envoy at the edge</a>).
 *
 * <p>A listener says nothing of its routes, which come by RDS: when Envoy hears of another listener under the same name,
 * it drains the connections of the one before. Pure functions.
 */
final class HttpListenerCompiler {

    static final String CONNECTION_MANAGER = "envoy.filters.network.http_connection_manager";

    /** How much Envoy holds of one connection while the other side is slow; its own is a megabyte. */
    private static final int BUFFER_BYTES = 32_768;

    private static final Alpn OFFERED = new Alpn(List.of("h2", "http/1.1"));

    /** Without it Envoy keeps the server name to its TLS library. */
    private static final ListenerFilter SERVER_NAMES = ListenerFilter.newBuilder()
            .setName("envoy.filters.listener.tls_inspector")
            .setTypedConfig(Any.pack(TlsInspector.getDefaultInstance()))
            .build();

    private HttpListenerCompiler() {}

    static Listener compile(String name, HttpListener listener, Surroundings surroundings) {
        String statPrefix = statPrefix(name, listener);
        FilterChain.Builder chain = FilterChain.newBuilder();
        listener.maxConnections()
                .ifPresent(most -> chain.addFilters(ProtocolFilters.connectionLimit(statPrefix, most)));
        chain.addFilters(Values.filter(CONNECTION_MANAGER, requests(name, listener, surroundings)));
        listener.tls().ifPresent(tls -> chain.setTransportSocket(TlsCompiler.downstream(tls, OFFERED)));
        Listener.Builder result = Listener.newBuilder()
                .setName(name)
                .setAddress(Values.address(listener.address().value(), listener.port()))
                .setPerConnectionBufferLimitBytes(Values.number(BUFFER_BYTES))
                .addFilterChains(chain);
        if (listener.tls().isPresent()
                && shardings(listener, surroundings)
                        .anyMatch(sharding -> sharding.policy().customer().sni())) {
            result.addListenerFilters(SERVER_NAMES);
        }
        return result.build();
    }

    static String statPrefix(String name, HttpListener listener) {
        return listener.statPrefix().orElse(name);
    }

    private static HttpConnectionManager requests(String name, HttpListener listener, Surroundings surroundings) {
        String statPrefix = statPrefix(name, listener);
        HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .setRds(routes(listener.routeTable().orElse(name)))
                .addHttpFilters(HttpFilters.rateLimit(statPrefix))
                .setCommonHttpProtocolOptions(HttpProtocolOptions.newBuilder()
                        .setIdleTimeout(Values.duration(listener.idleTimeout()))
                        // Applications that fold _ and - could be told a header that was taken away here.
                        .setHeadersWithUnderscoresAction(HeadersWithUnderscoresAction.REJECT_REQUEST))
                .setHttp2ProtocolOptions(http2(listener.http2().orElse(Http2Limits.DEFAULT)))
                .setStreamIdleTimeout(Values.duration(listener.streamIdleTimeout()))
                .setRequestHeadersTimeout(Values.duration(listener.requestHeadersTimeout()))
                .addAllAccessLog(AccessLogCompiler.compile(listener.accessLogs()))
                // The client is who connected, and not what a header says; nor is one trusted for its private address.
                .setUseRemoteAddress(BoolValue.of(true))
                .setInternalAddressConfig(InternalAddressConfig.getDefaultInstance())
                // Without any one of these three, a blocked path gets through in some spelling.
                .setNormalizePath(BoolValue.of(true))
                .setMergeSlashes(true)
                .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD);
        listener.tracing().ifPresent(tracing -> manager.setTracing(TracingCompiler.compile(name, tracing)));
        if (!listener.jwt().isEmpty()) {
            manager.addHttpFilters(JwtFilter.of(listener.jwt()));
        }
        if (shardings(listener, surroundings).findAny().isPresent()) {
            ShardFilter.add(manager);
        }
        return manager.addHttpFilters(HttpFilters.router()).build();
    }

    /** With the first such route the listener changes, which Envoy takes by draining its connections, and with the last. */
    private static Stream<Sharding> shardings(HttpListener listener, Surroundings surroundings) {
        return listener.hosts().stream()
                .flatMap(host -> host.routes().stream())
                .flatMap(route -> Stream.concat(
                        route.service().stream(), route.services().stream().map(WeightedService::service)))
                .flatMap(service -> surroundings.sharding(service).stream());
    }

    static Rds routes(String table) {
        return Rds.newBuilder()
                .setConfigSource(Values.ads())
                .setRouteConfigName(table)
                .build();
    }

    /**
     * Limits of one connection. Those that nobody can declare are what Envoy has had since CVE-2019-9511 to 9518, written
     * down so that they stay.
     */
    private static Http2ProtocolOptions http2(Http2Limits limits) {
        return Http2ProtocolOptions.newBuilder()
                .setMaxConcurrentStreams(Values.number(limits.maxConcurrentStreams()))
                .setInitialStreamWindowSize(Values.number(limits.streamWindow()))
                .setInitialConnectionWindowSize(Values.number(limits.connectionWindow()))
                .setMaxOutboundFrames(Values.number(10_000))
                .setMaxOutboundControlFrames(Values.number(1_000))
                .setMaxConsecutiveInboundFramesWithEmptyPayload(Values.number(1))
                .setMaxInboundPriorityFramesPerStream(Values.number(100))
                .setMaxInboundWindowUpdateFramesPerDataFrameSent(Values.number(10))
                .build();
    }
}
