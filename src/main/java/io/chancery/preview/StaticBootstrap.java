package io.chancery.preview;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import io.chancery.manifest.MessageTree;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bootstrap in which everything that a node would be sent is there from the start, so that an Envoy that only looks at its
 * bootstrap looks at all of it: routes in their listeners, endpoints in their clusters, secrets and filters where they are
 * named. What is named and not there is left to be fetched, as it would be.
 */
final class StaticBootstrap {

    private static final String OURS = "chancery-validation";

    /** Listeners that nobody reaches, for routes that no listener names; Envoy wants no two at one address. */
    private static final String UNUSED_ADDRESS = "127.255.255.254";

    private final Map<ResourceType, Map<String, Message>> resources = new EnumMap<>(ResourceType.class);
    private final Set<String> routed = new HashSet<>();

    private StaticBootstrap(Collection<Resource> all) {
        for (ResourceType type : ResourceType.values()) {
            resources.put(type, new TreeMap<>());
        }
        for (Resource resource : all) {
            of(resource.type()).put(resource.name(), resource.message());
        }
    }

    static Bootstrap of(Collection<Resource> resources) {
        return new StaticBootstrap(resources).compose();
    }

    private Map<String, Message> of(ResourceType type) {
        return Objects.requireNonNull(resources.get(type));
    }

    private Bootstrap compose() {
        Bootstrap.Builder bootstrap =
                Bootstrap.newBuilder().setNode(Node.newBuilder().setId(OURS).setCluster(OURS));
        Bootstrap.StaticResources.Builder content = bootstrap.getStaticResourcesBuilder();
        of(ResourceType.CLUSTER).values().forEach(cluster -> content.addClusters((Cluster) inlined(cluster)));
        of(ResourceType.LISTENER).values().forEach(listener -> content.addListeners((Listener) inlined(listener)));
        for (RouteConfiguration routes : unrouted()) {
            content.addListeners(listener(routes, content.getListenersCount() + 1));
        }
        of(ResourceType.SECRET).values().forEach(secret -> content.addSecrets((Secret) secret));
        of(ResourceType.RUNTIME)
                .forEach((name, runtime) -> bootstrap
                        .getLayeredRuntimeBuilder()
                        .addLayers(RuntimeLayer.newBuilder()
                                .setName(name)
                                .setStaticLayer(((Runtime) runtime).getLayer())));
        content.addClusters(Cluster.newBuilder().setName(OURS).setType(Cluster.DiscoveryType.STATIC));
        bootstrap
                .getDynamicResourcesBuilder()
                .setAdsConfig(ApiConfigSource.newBuilder()
                        .setApiType(ApiConfigSource.ApiType.DELTA_GRPC)
                        .setTransportApiVersion(ApiVersion.V3)
                        .addGrpcServices(GrpcService.newBuilder()
                                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(OURS))));
        return bootstrap.build();
    }

    private Message inlined(Message message) {
        return MessageTree.rewritten(message, this::inlinedOne);
    }

    private Message inlinedOne(Message message) {
        return switch (message) {
            case Cluster cluster -> withEndpoints(cluster);
            case HttpConnectionManager manager -> withRoutes(manager);
            case RouteConfiguration routes -> withHosts(routes);
            case SdsSecretConfig secret ->
                of(ResourceType.SECRET).containsKey(secret.getName())
                        ? secret.toBuilder().clearSdsConfig().build()
                        : secret;
            case HttpFilter filter -> {
                @Nullable TypedExtensionConfig known = filter.hasConfigDiscovery() ? extension(filter.getName()) : null;
                yield known == null
                        ? filter
                        : filter.toBuilder()
                                .setTypedConfig(known.getTypedConfig())
                                .build();
            }
            case Filter filter -> {
                @Nullable TypedExtensionConfig known = filter.hasConfigDiscovery() ? extension(filter.getName()) : null;
                yield known == null
                        ? filter
                        : filter.toBuilder()
                                .setTypedConfig(known.getTypedConfig())
                                .build();
            }
            case ListenerFilter filter -> {
                @Nullable TypedExtensionConfig known = filter.hasConfigDiscovery() ? extension(filter.getName()) : null;
                yield known == null
                        ? filter
                        : filter.toBuilder()
                                .setTypedConfig(known.getTypedConfig())
                                .build();
            }
            default -> message;
        };
    }

    private @Nullable TypedExtensionConfig extension(String name) {
        return (TypedExtensionConfig) of(ResourceType.EXTENSION_CONFIG).get(name);
    }

    /** A cluster whose endpoints are a collection is left to fetch them: a static one cannot have such. */
    private Cluster withEndpoints(Cluster cluster) {
        if (cluster.getType() != Cluster.DiscoveryType.EDS) {
            return cluster;
        }
        String serviceName = cluster.getEdsClusterConfig().getServiceName();
        @Nullable
        Message assignment = of(ResourceType.ENDPOINT).get(serviceName.isEmpty() ? cluster.getName() : serviceName);
        if (!(assignment instanceof ClusterLoadAssignment endpoints)
                || endpoints.getEndpointsList().stream()
                        .anyMatch(locality -> locality.hasLedsClusterLocalityConfig())) {
            return cluster;
        }
        return cluster.toBuilder()
                .clearEdsClusterConfig()
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(endpoints)
                .build();
    }

    private HttpConnectionManager withRoutes(HttpConnectionManager manager) {
        if (!manager.hasRds()) {
            return manager;
        }
        String name = manager.getRds().getRouteConfigName();
        @Nullable Message routes = of(ResourceType.ROUTE).get(name);
        if (routes == null) {
            return manager;
        }
        routed.add(name);
        return manager.toBuilder().setRouteConfig((RouteConfiguration) routes).build();
    }

    /** Whether clusters exist is not asked of routes that come by themselves, unless they want it. */
    private RouteConfiguration withHosts(RouteConfiguration routes) {
        RouteConfiguration.Builder changed = routes.toBuilder();
        if (!routes.hasValidateClusters()) {
            changed.setValidateClusters(BoolValue.of(false));
        }
        if (routes.hasVhds()) {
            changed.clearVhds().addAllVirtualHosts(hosts(routes.getName()));
        }
        return changed.build();
    }

    private List<VirtualHost> hosts(String routes) {
        List<VirtualHost> hosts = new ArrayList<>();
        of(ResourceType.VIRTUAL_HOST).forEach((name, host) -> {
            if (table(name).equals(routes)) {
                hosts.add((VirtualHost) host);
            }
        });
        return hosts;
    }

    private static String table(String virtualHost) {
        return virtualHost.substring(0, virtualHost.lastIndexOf('/'));
    }

    /** Route tables that no listener names, and one for hosts whose table is not there. */
    private List<RouteConfiguration> unrouted() {
        Map<String, RouteConfiguration> tables = new TreeMap<>();
        of(ResourceType.ROUTE).forEach((name, routes) -> tables.put(name, (RouteConfiguration) routes));
        tables.keySet().removeAll(routed);
        for (String host : of(ResourceType.VIRTUAL_HOST).keySet()) {
            String name = table(host);
            if (!of(ResourceType.ROUTE).containsKey(name)) {
                tables.computeIfAbsent(
                        name,
                        _ -> RouteConfiguration.newBuilder()
                                .setName(name)
                                .addAllVirtualHosts(hosts(name))
                                .build());
            }
        }
        return List.copyOf(tables.values());
    }

    private Listener listener(RouteConfiguration routes, int place) {
        HttpConnectionManager manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(OURS)
                .setRouteConfig((RouteConfiguration) inlined(routes))
                .addHttpFilters(
                        HttpFilter.newBuilder().setName("router").setTypedConfig(Any.pack(Router.getDefaultInstance())))
                .build();
        return Listener.newBuilder()
                .setName(OURS + '-' + place)
                .setBindToPort(BoolValue.of(false))
                .setAddress(Address.newBuilder()
                        .setSocketAddress(SocketAddress.newBuilder()
                                .setAddress(UNUSED_ADDRESS)
                                .setPortValue(1 + place % 65_535)))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder().setName("http").setTypedConfig(Any.pack(manager))))
                .build();
    }
}
