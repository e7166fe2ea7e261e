package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.Alpn;
import io.chancery.manifest.spec.ProtocolFilter;
import io.chancery.manifest.spec.TcpListener;
import io.chancery.manifest.spec.WeightedService;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster;
import java.util.List;
import java.util.Optional;

/** Listeners whose connections go to a service. Pure functions. */
final class TcpListenerCompiler {

    private static final String PROXY = "envoy.filters.network.tcp_proxy";
    private static final Alpn NOTHING = new Alpn(List.of());

    private TcpListenerCompiler() {}

    static Listener compile(String name, TcpListener listener) {
        String statPrefix = listener.statPrefix().orElse(name);
        Listener.Builder result = Listener.newBuilder()
                .setName(name)
                .setAddress(Values.address(listener.address().value(), listener.port()));
        FilterChain.Builder chain = FilterChain.newBuilder();
        listener.maxConnections()
                .ifPresent(most -> chain.addFilters(ProtocolFilters.connectionLimit(statPrefix, most)));
        if (listener.protocolFilter().equals(Optional.of(ProtocolFilter.REDIS))) {
            chain.addFilters(
                    ProtocolFilters.redis(statPrefix, listener.service().orElseThrow()));
            result.addAllAccessLog(AccessLogCompiler.compile(listener.accessLogs()));
        } else {
            listener.protocolFilter()
                    .flatMap(protocol -> ProtocolFilters.reader(protocol, statPrefix))
                    .ifPresent(chain::addFilters);
            chain.addFilters(Values.filter(PROXY, proxy(statPrefix, listener)));
        }
        listener.tls().ifPresent(tls -> chain.setTransportSocket(TlsCompiler.downstream(tls, NOTHING)));
        return result.addFilterChains(chain).build();
    }

    /** Carries connections on to one cluster. */
    static Filter proxy(String statPrefix, String cluster) {
        return Values.filter(
                PROXY,
                TcpProxy.newBuilder()
                        .setStatPrefix(statPrefix)
                        .setCluster(cluster)
                        .build());
    }

    private static TcpProxy proxy(String statPrefix, TcpListener listener) {
        TcpProxy.Builder proxy = TcpProxy.newBuilder()
                .setStatPrefix(statPrefix)
                .setIdleTimeout(Values.duration(listener.idleTimeout()))
                .addAllAccessLog(AccessLogCompiler.compile(listener.accessLogs()));
        listener.service().ifPresent(proxy::setCluster);
        listener.maxConnectionDuration()
                .ifPresent(most -> proxy.setMaxDownstreamConnectionDuration(Values.duration(most)));
        if (listener.service().isEmpty()) {
            WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
            for (WeightedService service : listener.services()) {
                // Envoy has no weight of nothing here.
                if (service.weight() > 0) {
                    clusters.addClusters(WeightedCluster.ClusterWeight.newBuilder()
                            .setName(service.service())
                            .setWeight(service.weight()));
                }
            }
            proxy.setWeightedClusters(clusters);
        }
        return proxy.build();
    }
}
