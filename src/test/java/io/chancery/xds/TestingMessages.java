package io.chancery.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;

/** Resources that name each other. */
final class TestingMessages {

    static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    private TestingMessages() {}

    /** A cluster that has its endpoints over the aggregated stream; told apart by its time-out. */
    static Cluster edsCluster(String name, int content) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ADS))
                .setConnectTimeout(Duration.newBuilder().setSeconds(content + 1))
                .build();
    }

    /** One route to each of the clusters. */
    static RouteConfiguration routes(String name, String... clusters) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addVirtualHosts(host("all", clusters))
                .build();
    }

    static VirtualHost host(String name, String... clusters) {
        VirtualHost.Builder host = VirtualHost.newBuilder()
                .setName(name)
                .addDomains(name.substring(name.lastIndexOf('/') + 1) + ".example.com");
        for (String cluster : clusters) {
            host.addRoutes(Route.newBuilder().setRoute(RouteAction.newBuilder().setCluster(cluster)));
        }
        return host.build();
    }

    /** A listener with HTTP whose routes come by RDS, and whose filters come by ECDS. */
    static Listener httpListener(String name, String routes, String... filters) {
        HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(name)
                .setRds(Rds.newBuilder().setRouteConfigName(routes).setConfigSource(ADS));
        for (String filter : filters) {
            manager.addHttpFilters(HttpFilter.newBuilder()
                    .setName(filter)
                    .setConfigDiscovery(ExtensionConfigSource.newBuilder().setConfigSource(ADS)));
        }
        return listener(name, manager.build());
    }

    /** A listener that passes connections on to a cluster. */
    static Listener tcpListener(String name, String cluster) {
        return listener(
                name,
                TcpProxy.newBuilder().setStatPrefix(name).setCluster(cluster).build());
    }

    private static Listener listener(String name, Message filter) {
        return Listener.newBuilder()
                .setName(name)
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder().setName("filter").setTypedConfig(Any.pack(filter))))
                .build();
    }

    static ScopedRouteConfiguration scope(String name, String routes) {
        return ScopedRouteConfiguration.newBuilder()
                .setName(name)
                .setRouteConfigurationName(routes)
                .setKey(ScopedRouteConfiguration.Key.newBuilder()
                        .addFragments(ScopedRouteConfiguration.Key.Fragment.newBuilder()
                                .setStringKey(name)))
                .build();
    }
}
