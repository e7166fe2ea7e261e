package io.chancery.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.compile.ShardFilter;
import io.chancery.snapshot.compile.ShardRoute;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.redis_proxy.v3.RedisProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Finds which other resources a resource names, as far as the order of sending depends on it. Pure functions. */
final class References {

    private final Set<Reference> found = new HashSet<>();

    private References() {}

    static Set<Reference> of(Message content) {
        References references = new References();
        switch (content) {
            case Cluster cluster -> references.cluster(cluster);
            case Listener listener -> references.listener(listener);
            case RouteConfiguration routes -> references.routes(routes);
            case VirtualHost host -> references.virtualHost(host);
            case ScopedRouteConfiguration scope -> references.scope(scope);
            default -> {
                // the other types name nothing that must be sent before or after them
            }
        }
        return references.found.isEmpty() ? Set.of() : references.found;
    }

    /** The name under which a cluster asks for its endpoints. */
    static String assignmentName(Cluster cluster) {
        String serviceName = cluster.getEdsClusterConfig().getServiceName();
        return serviceName.isEmpty() ? cluster.getName() : serviceName;
    }

    /** A cluster that has its endpoints from elsewhere than its own stream is waited for without them. */
    private void cluster(Cluster cluster) {
        if (cluster.getType() == Cluster.DiscoveryType.EDS) {
            switch (cluster.getEdsClusterConfig().getEdsConfig().getConfigSourceSpecifierCase()) {
                case ADS, SELF, CONFIGSOURCESPECIFIER_NOT_SET -> add(ResourceType.ENDPOINT, assignmentName(cluster));
                case PATH, PATH_CONFIG_SOURCE, API_CONFIG_SOURCE -> {}
            }
        }
    }

    private void listener(Listener listener) {
        listener.getFilterChainsList().forEach(this::filterChain);
        filterChain(listener.getDefaultFilterChain());
        listener.getListenerFiltersList().stream()
                .filter(filter -> filter.hasConfigDiscovery())
                .forEach(filter -> add(ResourceType.EXTENSION_CONFIG, filter.getName()));
        typed(listener.getApiListener().getApiListener());
    }

    private void filterChain(FilterChain chain) {
        for (Filter filter : chain.getFiltersList()) {
            if (filter.hasConfigDiscovery()) {
                add(ResourceType.EXTENSION_CONFIG, filter.getName());
            }
            typed(filter.getTypedConfig());
        }
    }

    private void typed(Any config) {
        try {
            if (config.is(HttpConnectionManager.class)) {
                connectionManager(config.unpack(HttpConnectionManager.class));
            } else if (config.is(TcpProxy.class)) {
                tcpProxy(config.unpack(TcpProxy.class));
            } else if (config.is(RedisProxy.class)) {
                redisProxy(config.unpack(RedisProxy.class));
            }
        } catch (InvalidProtocolBufferException e) {
            // A raw resource may hold anything; what cannot be read names nothing.
            return;
        }
    }

    private void connectionManager(HttpConnectionManager manager) {
        if (manager.hasRds()) {
            add(ResourceType.ROUTE, manager.getRds().getRouteConfigName());
        }
        routes(manager.getRouteConfig());
        for (HttpFilter filter : manager.getHttpFiltersList()) {
            if (filter.hasConfigDiscovery()) {
                add(ResourceType.EXTENSION_CONFIG, filter.getName());
            }
        }
    }

    private void tcpProxy(TcpProxy proxy) {
        cluster(proxy.getCluster());
        proxy.getWeightedClusters().getClustersList().forEach(weighted -> cluster(weighted.getName()));
    }

    private void redisProxy(RedisProxy proxy) {
        cluster(proxy.getPrefixRoutes().getCatchAllRoute().getCluster());
        proxy.getPrefixRoutes().getRoutesList().forEach(route -> cluster(route.getCluster()));
    }

    private void routes(RouteConfiguration routes) {
        routes.getVirtualHostsList().forEach(this::virtualHost);
        routes.getRequestMirrorPoliciesList().forEach(mirror -> cluster(mirror.getCluster()));
    }

    private void virtualHost(VirtualHost host) {
        host.getRequestMirrorPoliciesList().forEach(mirror -> cluster(mirror.getCluster()));
        host.getRoutesList().forEach(this::route);
    }

    private void route(Route route) {
        RouteAction action = route.getRoute();
        action(action);
        shards(action.getCluster(), route.getTypedPerFilterConfigMap());
        for (WeightedCluster.ClusterWeight weighted :
                action.getWeightedClusters().getClustersList()) {
            shards(weighted.getName(), weighted.getTypedPerFilterConfigMap());
            ShardRoute.family(weighted).ifPresent(family -> shards(weighted.getName(), family));
        }
    }

    private void shards(String cluster, Map<String, Any> filters) {
        ShardFilter.families(filters).forEach(family -> shards(cluster, family));
    }

    private void shards(String cluster, String family) {
        found.add(new Reference(ResourceType.ENDPOINT, cluster, family));
    }

    private void action(RouteAction action) {
        cluster(action.getCluster());
        action.getWeightedClusters().getClustersList().forEach(weighted -> cluster(weighted.getName()));
        action.getRequestMirrorPoliciesList().forEach(mirror -> cluster(mirror.getCluster()));
    }

    private void scope(ScopedRouteConfiguration scope) {
        add(ResourceType.ROUTE, scope.getRouteConfigurationName());
        routes(scope.getRouteConfiguration());
    }

    private void cluster(String name) {
        add(ResourceType.CLUSTER, name);
    }

    private void add(ResourceType type, String name) {
        if (!name.isEmpty()) {
            found.add(new Reference(type, name));
        }
    }
}
