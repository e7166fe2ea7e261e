package io.chancery.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.redis_proxy.v3.RedisProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReferencesTest {

    private static final ExtensionConfigSource DISCOVERED = ExtensionConfigSource.getDefaultInstance();

    @Test
    void aClusterNamesItsAssignmentByServiceNameOrItsOwn() {
        Cluster cluster = Cluster.newBuilder()
                .setName("a")
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setEdsConfig(ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance())))
                .build();
        assertThat(References.of(cluster)).containsExactly(new Reference(ResourceType.ENDPOINT, "a"));

        Cluster.Builder named = cluster.toBuilder();
        named.getEdsClusterConfigBuilder().setServiceName("b");
        assertThat(References.of(named.build())).containsExactly(new Reference(ResourceType.ENDPOINT, "b"));
    }

    @Test
    void aClusterThatHasNoEndpointsByItsStreamNamesNone() {
        Cluster.Builder elsewhere = Cluster.newBuilder().setName("a").setType(Cluster.DiscoveryType.EDS);
        elsewhere
                .getEdsClusterConfigBuilder()
                .setEdsConfig(ConfigSource.newBuilder().setApiConfigSource(ApiConfigSource.getDefaultInstance()));
        assertThat(References.of(elsewhere.build())).isEmpty();
        assertThat(References.of(Cluster.newBuilder()
                        .setName("a")
                        .setType(Cluster.DiscoveryType.STRICT_DNS)
                        .build()))
                .isEmpty();
    }

    @Test
    void routesNameEveryClusterThatARequestMayGoTo() {
        VirtualHost host = VirtualHost.newBuilder()
                .addRoutes(Route.newBuilder()
                        .setRoute(RouteAction.newBuilder()
                                .setCluster("plain")
                                .addRequestMirrorPolicies(mirror("mirrored"))))
                .addRoutes(Route.newBuilder()
                        .setRoute(RouteAction.newBuilder()
                                .setWeightedClusters(WeightedCluster.newBuilder()
                                        .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                                .setName("heavy"))
                                        .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                                .setName("light")))))
                .addRequestMirrorPolicies(mirror("of-host"))
                .build();
        RouteConfiguration routes = RouteConfiguration.newBuilder()
                .addVirtualHosts(host)
                .addRequestMirrorPolicies(mirror("of-all"))
                .build();

        assertThat(References.of(host)).isEqualTo(clusters("plain", "mirrored", "heavy", "light", "of-host"));
        assertThat(References.of(routes))
                .isEqualTo(clusters("plain", "mirrored", "heavy", "light", "of-host", "of-all"));
    }

    private static RouteAction.RequestMirrorPolicy mirror(String cluster) {
        return RouteAction.RequestMirrorPolicy.newBuilder().setCluster(cluster).build();
    }

    @Test
    void aListenerNamesItsRoutesClustersAndDiscoveredFiltersInEveryChain() {
        HttpConnectionManager manager = HttpConnectionManager.newBuilder()
                .setRds(Rds.newBuilder().setRouteConfigName("rc"))
                .addHttpFilters(HttpFilter.newBuilder().setName("http-filter").setConfigDiscovery(DISCOVERED))
                .build();
        TcpProxy tcp = TcpProxy.newBuilder().setCluster("tcp").build();
        RedisProxy redis = RedisProxy.newBuilder()
                .setPrefixRoutes(RedisProxy.PrefixRoutes.newBuilder()
                        .setCatchAllRoute(
                                RedisProxy.PrefixRoutes.Route.newBuilder().setCluster("catch-all"))
                        .addRoutes(RedisProxy.PrefixRoutes.Route.newBuilder().setCluster("prefix")))
                .build();
        Listener listener = Listener.newBuilder()
                .addFilterChains(chain(manager))
                .addFilterChains(chain(redis)
                        .addFilters(
                                Filter.newBuilder().setName("network-filter").setConfigDiscovery(DISCOVERED)))
                .setDefaultFilterChain(chain(tcp))
                .addListenerFilters(
                        ListenerFilter.newBuilder().setName("listener-filter").setConfigDiscovery(DISCOVERED))
                .build();

        assertThat(References.of(listener))
                .containsExactlyInAnyOrder(
                        new Reference(ResourceType.ROUTE, "rc"),
                        new Reference(ResourceType.CLUSTER, "tcp"),
                        new Reference(ResourceType.CLUSTER, "catch-all"),
                        new Reference(ResourceType.CLUSTER, "prefix"),
                        new Reference(ResourceType.EXTENSION_CONFIG, "http-filter"),
                        new Reference(ResourceType.EXTENSION_CONFIG, "network-filter"),
                        new Reference(ResourceType.EXTENSION_CONFIG, "listener-filter"));
    }

    @Test
    void aListenerForGrpcClientsNamesItsRoutes() {
        Listener listener = Listener.newBuilder()
                .setApiListener(ApiListener.newBuilder()
                        .setApiListener(Any.pack(HttpConnectionManager.newBuilder()
                                .setRds(Rds.newBuilder().setRouteConfigName("rc"))
                                .build())))
                .build();

        assertThat(References.of(listener)).containsExactly(new Reference(ResourceType.ROUTE, "rc"));
    }

    @Test
    void aScopeNamesItsRoutes() {
        ScopedRouteConfiguration scope = ScopedRouteConfiguration.newBuilder()
                .setRouteConfigurationName("rc")
                .build();

        assertThat(References.of(scope)).containsExactly(new Reference(ResourceType.ROUTE, "rc"));
    }

    @Test
    void whatCannotBeReadNamesNothing() {
        Any broken = Any.pack(TcpProxy.getDefaultInstance()).toBuilder()
                .setValue(ByteString.copyFromUtf8("\u0007broken"))
                .build();
        Listener listener = Listener.newBuilder()
                .addFilterChains(
                        FilterChain.newBuilder().addFilters(Filter.newBuilder().setTypedConfig(broken)))
                .build();

        assertThat(References.of(listener)).isEmpty();
    }

    private static FilterChain.Builder chain(Message filter) {
        return FilterChain.newBuilder().addFilters(Filter.newBuilder().setTypedConfig(Any.pack(filter)));
    }

    private static Set<Reference> clusters(String... names) {
        return Set.of(names).stream()
                .map(name -> new Reference(ResourceType.CLUSTER, name))
                .collect(Collectors.toSet());
    }
}
