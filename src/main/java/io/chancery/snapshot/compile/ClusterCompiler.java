package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt64Value;
import io.chancery.manifest.spec.DnsDiscovery;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.LoadBalancing;
import io.chancery.manifest.spec.LocalityWeighting;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.SlowStart;
import io.chancery.manifest.spec.UpstreamProtocol;
import io.chancery.model.HostPort;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.clusters.common.dns.v3.DnsLookupFamily;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig;

/** A service as a cluster. Pure functions. */
public final class ClusterCompiler {

    private static final String PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private static final java.time.Duration ENVOYS_REFRESH = java.time.Duration.ofSeconds(5);

    /** Finds an HTTP/2 connection dead that nothing else would, as none of its requests would ever time out. */
    private static final KeepaliveSettings KEEPALIVE = KeepaliveSettings.newBuilder()
            .setInterval(Duration.newBuilder().setSeconds(30))
            .setTimeout(Duration.newBuilder().setSeconds(5))
            .build();

    private ClusterCompiler() {}

    /**
     * The service's cluster. The endpoints of a registered one come by EDS on the aggregated stream.
     *
     * <p>Unless it is declared otherwise, a host that EDS removes is removed at once, whatever a health check says of
     * it; and changes of health, weight and metadata take effect at once, which Envoy would otherwise gather for a second.
     */
    public static Cluster compile(String name, ServiceSpec service) {
        Cluster.Builder cluster = Cluster.newBuilder()
                .setName(name)
                .setConnectTimeout(Values.duration(service.connectTimeout()))
                .setLbPolicy(policy(service.lbPolicy()))
                .setIgnoreHealthOnHostRemoval(service.ignoreHealthOnHostRemoval())
                .setCloseConnectionsOnHostHealthFailure(service.closeConnectionsOnHostHealthFailure())
                .setCommonLbConfig(balancing(service));
        discover(service, cluster);
        speak(service.protocol(), cluster);
        service.slowStart().ifPresent(settings -> startSlowly(settings, service.lbPolicy(), cluster));
        service.tls().ifPresent(tls -> cluster.setTransportSocket(TlsCompiler.upstream(tls, service.protocol())));
        service.healthCheck()
                .ifPresent(check -> cluster.addHealthChecks(HealthCompiler.check(check, service.protocol())));
        service.outlierDetection()
                .ifPresent(detection -> cluster.setOutlierDetection(HealthCompiler.outliers(detection)));
        service.circuitBreakers().ifPresent(breakers -> cluster.setCircuitBreakers(limits(breakers)));
        return cluster.build();
    }

    /** The service's cluster, with its shards where it has any. */
    public static Cluster compile(String name, ServiceSpec service, Surroundings surroundings) {
        Cluster plain = compile(name, service);
        return surroundings
                .sharding(name)
                .map(sharding -> ShardCompiler.cluster(plain, sharding.policy()))
                .orElse(plain);
    }

    private static Cluster.LbPolicy policy(LoadBalancing policy) {
        return switch (policy) {
            case ROUND_ROBIN -> Cluster.LbPolicy.ROUND_ROBIN;
            case LEAST_REQUEST -> Cluster.LbPolicy.LEAST_REQUEST;
            case RANDOM -> Cluster.LbPolicy.RANDOM;
            case RING_HASH -> Cluster.LbPolicy.RING_HASH;
            case MAGLEV -> Cluster.LbPolicy.MAGLEV;
        };
    }

    private static CommonLbConfig balancing(ServiceSpec service) {
        CommonLbConfig.Builder balancing =
                CommonLbConfig.newBuilder().setUpdateMergeWindow(Duration.getDefaultInstance());
        service.panicThreshold().ifPresent(percent -> balancing.setHealthyPanicThreshold(Values.percent(percent)));
        return switch (service.localityWeighting()) {
            case NONE -> balancing.build();
            case WEIGHTED ->
                balancing
                        .setLocalityWeightedLbConfig(CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance())
                        .build();
            case ZONE_AWARE ->
                // Envoy's own least is 6 endpoints, below which it would not look at zones.
                balancing
                        .setZoneAwareLbConfig(
                                CommonLbConfig.ZoneAwareLbConfig.newBuilder().setMinClusterSize(UInt64Value.of(1)))
                        .build();
        };
    }

    private static void discover(ServiceSpec service, Cluster.Builder cluster) {
        if (service.dns().isPresent()) {
            resolve(service.dns().get(), service.localityWeighting(), cluster);
        } else if (!service.endpoints().isEmpty()) {
            LocalityLbEndpoints.Builder group = group(service.localityWeighting());
            for (HostPort endpoint : service.endpoints()) {
                group.addLbEndpoints(endpoint(endpoint.address().value(), endpoint.port()));
            }
            cluster.setType(Cluster.DiscoveryType.STATIC).setLoadAssignment(assignment(cluster.getName(), group));
        } else {
            cluster.setType(Cluster.DiscoveryType.EDS)
                    .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(Values.ads()));
        }
    }

    /**
     * Finds endpoints by name. The plain forms are those that clients other than Envoy know too; how often to ask is not
     * part of them any longer, so that whoever changes it has the form that is for Envoys only.
     */
    private static void resolve(DnsDiscovery dns, LocalityWeighting weighting, Cluster.Builder cluster) {
        LocalityLbEndpoints.Builder group = group(weighting);
        for (HostName host : dns.hosts()) {
            group.addLbEndpoints(endpoint(host.host(), host.port()));
        }
        cluster.setLoadAssignment(assignment(cluster.getName(), group));
        if (dns.refresh().equals(ENVOYS_REFRESH)) {
            cluster.setType(
                            switch (dns.type()) {
                                case STRICT -> Cluster.DiscoveryType.STRICT_DNS;
                                case LOGICAL -> Cluster.DiscoveryType.LOGICAL_DNS;
                            })
                    .setDnsLookupFamily(
                            switch (dns.family()) {
                                case AUTO -> Cluster.DnsLookupFamily.AUTO;
                                case V4 -> Cluster.DnsLookupFamily.V4_ONLY;
                                case V6 -> Cluster.DnsLookupFamily.V6_ONLY;
                            });
        } else {
            cluster.setClusterType(Cluster.CustomClusterType.newBuilder()
                    .setName("envoy.clusters.dns")
                    .setTypedConfig(Any.pack(resolver(dns))));
        }
    }

    private static DnsCluster resolver(DnsDiscovery dns) {
        return DnsCluster.newBuilder()
                .setDnsRefreshRate(Values.duration(dns.refresh()))
                .setAllAddressesInSingleEndpoint(
                        switch (dns.type()) {
                            case STRICT -> false;
                            case LOGICAL -> true;
                        })
                .setDnsLookupFamily(
                        switch (dns.family()) {
                            case AUTO -> DnsLookupFamily.AUTO;
                            case V4 -> DnsLookupFamily.V4_ONLY;
                            case V6 -> DnsLookupFamily.V6_ONLY;
                        })
                .build();
    }

    /** The one locality of endpoints that have none. */
    private static LocalityLbEndpoints.Builder group(LocalityWeighting weighting) {
        LocalityLbEndpoints.Builder group = LocalityLbEndpoints.newBuilder();
        return switch (weighting) {
            case NONE, ZONE_AWARE -> group;
            case WEIGHTED -> group.setLoadBalancingWeight(Values.number(1));
        };
    }

    private static ClusterLoadAssignment assignment(String cluster, LocalityLbEndpoints.Builder group) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(group)
                .build();
    }

    private static LbEndpoint endpoint(String host, int port) {
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(Values.address(host, port)))
                .build();
    }

    /** HTTP/1.1 is what Envoy speaks where nothing is said. */
    private static void speak(UpstreamProtocol protocol, Cluster.Builder cluster) {
        switch (protocol) {
            case HTTP1, TCP -> {}
            case HTTP2 ->
                speak(
                        HttpProtocolOptions.newBuilder()
                                .setExplicitHttpConfig(
                                        ExplicitHttpConfig.newBuilder().setHttp2ProtocolOptions(http2())),
                        cluster);
            case AUTO ->
                speak(
                        HttpProtocolOptions.newBuilder()
                                .setUseDownstreamProtocolConfig(UseDownstreamHttpConfig.newBuilder()
                                        .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                                        .setHttp2ProtocolOptions(http2())),
                        cluster);
        }
    }

    private static void speak(HttpProtocolOptions.Builder options, Cluster.Builder cluster) {
        cluster.putTypedExtensionProtocolOptions(PROTOCOL_OPTIONS, Any.pack(options.build()));
    }

    private static Http2ProtocolOptions http2() {
        return Http2ProtocolOptions.newBuilder()
                .setConnectionKeepalive(KEEPALIVE)
                .build();
    }

    private static void startSlowly(SlowStart settings, LoadBalancing policy, Cluster.Builder cluster) {
        Cluster.SlowStartConfig window = Cluster.SlowStartConfig.newBuilder()
                .setSlowStartWindow(Values.duration(settings.window()))
                .build();
        switch (policy) {
            case ROUND_ROBIN ->
                cluster.setRoundRobinLbConfig(
                        Cluster.RoundRobinLbConfig.newBuilder().setSlowStartConfig(window));
            case LEAST_REQUEST ->
                cluster.setLeastRequestLbConfig(
                        Cluster.LeastRequestLbConfig.newBuilder().setSlowStartConfig(window));
            case RANDOM, RING_HASH, MAGLEV -> throw new IllegalStateException(policy + " cannot start slowly");
        }
    }

    private static CircuitBreakers limits(io.chancery.manifest.spec.CircuitBreakers breakers) {
        CircuitBreakers.Builder limits = CircuitBreakers.newBuilder();
        breakers.defaults().ifPresent(one -> limits.addThresholds(limits(RoutingPriority.DEFAULT, one)));
        breakers.high().ifPresent(one -> limits.addThresholds(limits(RoutingPriority.HIGH, one)));
        return limits.build();
    }

    private static Thresholds limits(
            RoutingPriority priority, io.chancery.manifest.spec.CircuitBreakers.Limits limits) {
        Thresholds.Builder thresholds = Thresholds.newBuilder().setPriority(priority);
        limits.maxConnections().ifPresent(most -> thresholds.setMaxConnections(Values.number(most)));
        limits.maxPendingRequests().ifPresent(most -> thresholds.setMaxPendingRequests(Values.number(most)));
        limits.maxRequests().ifPresent(most -> thresholds.setMaxRequests(Values.number(most)));
        limits.maxRetries().ifPresent(most -> thresholds.setMaxRetries(Values.number(most)));
        return thresholds.build();
    }
}
