package io.chancery.bootstrap;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.chancery.manifest.ResourceJson;
import io.chancery.manifest.YamlDocuments;
import io.chancery.model.Locality;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RetryPolicy;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ResourceMonitor;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import tools.jackson.databind.node.ObjectNode;

/** Makes the file: what an Envoy must know before it can ask, and nothing that it can be told. */
public final class EnvoyFile {

    /** The one cluster that does not come from Chancery, as it leads there. */
    private static final String XDS_CLUSTER = "chancery";

    /** How long a start waits for Chancery before it goes on without what it was not told. */
    private static final long FETCH_SECONDS = 15;

    private static final long MAX_CONNECTIONS = 10_000;
    private static final String PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final String MAX_CONNECTIONS_MONITOR = "envoy.resource_monitors.global_downstream_max_connections";
    private static final String HEAD = """
            # An Envoy that asks Chancery for everything that it can be told while running; made by GET /v1/bootstrap.
            #
            #   envoy -c envoy.yaml
            #
            """;

    private final EnvoyIdentity identity;
    private final XdsAddress xds;
    private final AdminAddress admin;
    private final RuntimeLayers layers;
    private final RuntimeFallback fallback;

    public EnvoyFile(
            EnvoyIdentity identity,
            XdsAddress xds,
            AdminAddress admin,
            RuntimeLayers layers,
            RuntimeFallback fallback) {
        this.identity = identity;
        this.xds = xds;
        this.admin = admin;
        this.layers = layers;
        this.fallback = fallback;
    }

    /** Returns its text. */
    public String toYaml() {
        ObjectNode json = ResourceJson.write(toMessage());
        json.remove("@type");
        return HEAD + YamlDocuments.write(WholeNumbers.in(json));
    }

    Bootstrap toMessage() {
        return Bootstrap.newBuilder()
                .setNode(node())
                .setAdmin(Admin.newBuilder().setAddress(address(admin.address(), admin.port())))
                .setDynamicResources(Bootstrap.DynamicResources.newBuilder()
                        .setAdsConfig(ads())
                        .setCdsConfig(byAds())
                        .setLdsConfig(byAds()))
                .setStaticResources(Bootstrap.StaticResources.newBuilder().addClusters(xdsCluster()))
                .setLayeredRuntime(runtime())
                .setOverloadManager(overload())
                .build();
    }

    private Node node() {
        Node.Builder node = Node.newBuilder().setId(identity.node()).setCluster(identity.cluster());
        Locality locality = identity.locality();
        if (!locality.equals(Locality.UNKNOWN)) {
            node.setLocality(io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
                    .setRegion(locality.region())
                    .setZone(locality.zone())
                    .setSubZone(locality.subZone()));
        }
        return node.build();
    }

    /** Delta: after a change only what changed is sent, and after a lost connection nothing that the Envoy still has. */
    private static ApiConfigSource ads() {
        return ApiConfigSource.newBuilder()
                .setApiType(ApiConfigSource.ApiType.DELTA_GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .setSetNodeOnFirstMessageOnly(true)
                .addGrpcServices(GrpcService.newBuilder()
                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder()
                                .setClusterName(XDS_CLUSTER)
                                // At random up to these, so that many Envoys do not come back at once.
                                .setRetryPolicy(RetryPolicy.newBuilder()
                                        .setRetryBackOff(BackoffStrategy.newBuilder()
                                                .setBaseInterval(Durations.fromMillis(500))
                                                .setMaxInterval(Durations.fromSeconds(5))))))
                .build();
    }

    private static ConfigSource byAds() {
        return ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .setResourceApiVersion(ApiVersion.V3)
                .setInitialFetchTimeout(Durations.fromSeconds(FETCH_SECONDS))
                .build();
    }

    private Cluster xdsCluster() {
        LbEndpoint endpoint = LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(address(xds.host(), xds.port())))
                .build();
        return Cluster.newBuilder()
                .setName(XDS_CLUSTER)
                .setType(xds.isIp() ? Cluster.DiscoveryType.STATIC : Cluster.DiscoveryType.STRICT_DNS)
                .setConnectTimeout(Durations.fromSeconds(1))
                .putTypedExtensionProtocolOptions(PROTOCOL_OPTIONS, Any.pack(http2()))
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(XDS_CLUSTER)
                        .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint)))
                .build();
    }

    /** gRPC needs it; the pings notice a Chancery that vanished without a word. */
    private static Message http2() {
        return HttpProtocolOptions.newBuilder()
                .setExplicitHttpConfig(HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                                .setConnectionKeepalive(KeepaliveSettings.newBuilder()
                                        .setInterval(Durations.fromSeconds(30))
                                        .setTimeout(Durations.fromSeconds(5)))))
                .build();
    }

    private LayeredRuntime runtime() {
        LayeredRuntime.Builder runtime = LayeredRuntime.newBuilder()
                .addLayers(
                        RuntimeLayer.newBuilder().setName(RuntimeLayers.STATIC).setStaticLayer(fallback.values()));
        for (String name : layers.names()) {
            runtime.addLayers(RuntimeLayer.newBuilder()
                    .setName(name)
                    .setRtdsLayer(
                            RuntimeLayer.RtdsLayer.newBuilder().setName(name).setRtdsConfig(byAds())));
        }
        return runtime.addLayers(RuntimeLayer.newBuilder()
                        .setName(RuntimeLayers.ADMIN)
                        .setAdminLayer(RuntimeLayer.AdminLayer.getDefaultInstance()))
                .build();
    }

    /** More clients than this are refused, instead of running out of descriptors or memory. */
    private static OverloadManager overload() {
        return OverloadManager.newBuilder()
                .addResourceMonitors(ResourceMonitor.newBuilder()
                        .setName(MAX_CONNECTIONS_MONITOR)
                        .setTypedConfig(Any.pack(DownstreamConnectionsConfig.newBuilder()
                                .setMaxActiveDownstreamConnections(MAX_CONNECTIONS)
                                .build())))
                .build();
    }

    private static Address address(String address, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(address).setPortValue(port))
                .build();
    }
}
