package io.chancery.snapshot.compile;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import io.chancery.manifest.spec.ProtocolFilter;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.UpstreamProtocol;
import io.chancery.model.HostPort;
import io.chancery.model.IpAddress;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Envoy beside an instance. Pure functions. */
final class SidecarCompiler {

    private static final String HTTP_STATS = "ingress_http";

    private SidecarCompiler() {}

    static List<CompiledResource> compile(String name, Sidecar sidecar) {
        List<CompiledResource> resources = new ArrayList<>();
        sidecar.applicationPort().ifPresent(port -> resources.addAll(ingress(name, sidecar, port)));
        for (Sidecar.Dependency dependency : sidecar.dependencies()) {
            String listener = dependency.listenerName(name);
            resources.add(new CompiledResource(ResourceType.LISTENER, listener, egress(listener, dependency)));
        }
        return resources;
    }

    private static List<CompiledResource> ingress(String name, Sidecar sidecar, int applicationPort) {
        String ingress = Sidecar.ingressName(name);
        String cluster = sidecar.localCluster();
        List<CompiledResource> resources = new ArrayList<>();
        switch (sidecar.ingressProtocol()) {
            case HTTP -> {
                String statPrefix = sidecar.ingressStatPrefix().orElse(HTTP_STATS);
                Filter requests = Values.filter(HttpListenerCompiler.CONNECTION_MANAGER, requests(ingress, statPrefix));
                resources.add(
                        new CompiledResource(ResourceType.LISTENER, ingress, ingress(ingress, sidecar, requests)));
                resources.add(new CompiledResource(
                        ResourceType.CLUSTER,
                        cluster,
                        ClusterCompiler.compile(cluster, local(sidecar, applicationPort, UpstreamProtocol.AUTO))));
                resources.add(new CompiledResource(ResourceType.ROUTE, ingress, everything(ingress, cluster)));
            }
            case TCP -> {
                String statPrefix = sidecar.ingressStatPrefix().orElse("ingress_" + sidecar.service());
                resources.add(new CompiledResource(
                        ResourceType.LISTENER,
                        ingress,
                        ingress(ingress, sidecar, TcpListenerCompiler.proxy(statPrefix, cluster))));
                resources.add(new CompiledResource(
                        ResourceType.CLUSTER,
                        cluster,
                        ClusterCompiler.compile(cluster, local(sidecar, applicationPort, UpstreamProtocol.TCP))));
            }
        }
        return resources;
    }

    private static Listener ingress(String ingress, Sidecar sidecar, Filter filter) {
        return Listener.newBuilder()
                .setName(ingress)
                .setAddress(Values.address(sidecar.ingressAddress().value(), sidecar.ingressPort()))
                .setTrafficDirection(TrafficDirection.INBOUND)
                .addFilterChains(FilterChain.newBuilder().addFilters(filter))
                .build();
    }

    /** Adds nothing to a request and takes nothing away: who routed it here has looked at it. */
    private static HttpConnectionManager requests(String ingress, String statPrefix) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .setRds(HttpListenerCompiler.routes(ingress))
                .addHttpFilters(HttpFilters.router())
                .setUseRemoteAddress(BoolValue.of(false))
                .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"))
                .build();
    }

    /** How long an answer may take is for the caller to say. */
    private static RouteConfiguration everything(String ingress, String cluster) {
        return RouteConfiguration.newBuilder()
                .setName(ingress)
                .setValidateClusters(BoolValue.of(false))
                .addVirtualHosts(VirtualHost.newBuilder()
                        .setName("all")
                        .addDomains("*")
                        .addRoutes(Route.newBuilder()
                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                .setRoute(RouteAction.newBuilder()
                                        .setCluster(cluster)
                                        .setTimeout(Duration.getDefaultInstance()))))
                .build();
    }

    /** What came in as HTTP/2, gRPC for one, goes on as HTTP/2. */
    private static ServiceSpec local(Sidecar sidecar, int port, UpstreamProtocol protocol) {
        ServiceSpec other = ServiceSpec.DEFAULT;
        return new ServiceSpec(
                Optional.empty(),
                List.of(new HostPort(new IpAddress(sidecar.applicationAddress().value()), port)),
                Optional.empty(),
                other.lbPolicy(),
                other.connectTimeout(),
                protocol,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                other.ignoreHealthOnHostRemoval(),
                other.closeConnectionsOnHostHealthFailure(),
                Optional.empty(),
                other.localityWeighting(),
                Optional.empty());
    }

    private static Listener egress(String name, Sidecar.Dependency dependency) {
        String statPrefix = dependency.statPrefix().orElse("egress_" + dependency.service());
        FilterChain.Builder chain = FilterChain.newBuilder();
        if (dependency.protocolFilter().equals(Optional.of(ProtocolFilter.REDIS))) {
            chain.addFilters(ProtocolFilters.redis(statPrefix, dependency.service()));
        } else {
            dependency
                    .protocolFilter()
                    .flatMap(protocol -> ProtocolFilters.reader(protocol, statPrefix))
                    .ifPresent(chain::addFilters);
            chain.addFilters(TcpListenerCompiler.proxy(statPrefix, dependency.service()));
        }
        return Listener.newBuilder()
                .setName(name)
                .setAddress(Values.address(dependency.address().value(), dependency.port()))
                .setTrafficDirection(TrafficDirection.OUTBOUND)
                .addFilterChains(chain)
                .build();
    }
}
