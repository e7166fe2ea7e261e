package io.chancery.manifest.spec;

import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a service reaches the Envoys, and how they treat its endpoints: an Envoy cluster. */
public record ServiceSpec(
        @Field(
                "tells how the endpoints of a registered service reach Envoys; left out, the size of the service decides")
        Optional<EndpointDiscovery> endpointDiscovery,

        @Field("are the service's endpoints, for one that does not register: IP:PORT each")
        List<HostPort> endpoints,

        @Field("finds the endpoints by host name, for a service that does not register")
        Optional<DnsDiscovery> dns,

        @Field(value = "chooses the endpoint of a request or connection", otherwise = "round-robin")
        LoadBalancing lbPolicy,

        @Field(value = "is how long Envoy waits for a connection", otherwise = "1s")
        Duration connectTimeout,

        @Field(value = "is what the endpoints speak", otherwise = "http1")
        UpstreamProtocol protocol,

        @Field("encrypts connections to the endpoints") Optional<UpstreamTls> tls,

        @Field("makes each Envoy check the endpoints, for itself")
        Optional<HealthCheck> healthCheck,

        @Field("makes Chancery check the endpoints that register, and tell every Envoy what it finds")
        Optional<Probe> probe,

        @Field("takes endpoints that fail requests out for a while")
        Optional<OutlierDetection> outlierDetection,

        @Field("limits what one Envoy has under way") Optional<CircuitBreakers> circuitBreakers,

        @Field(
                "is the percentage of healthy endpoints below which Envoy uses all of them; 0 for never, Envoy's own is 50")
        Optional<Integer> panicThreshold,

        @Field(value = "removes an endpoint at once, although its health check still passes", otherwise = "true")
        boolean ignoreHealthOnHostRemoval,

        @Field("closes the connections to an endpoint whose health check fails")
        boolean closeConnectionsOnHostHealthFailure,

        @Field("gives a new endpoint its share bit by bit") Optional<SlowStart> slowStart,

        @Field(value = "weighs localities against each other", otherwise = "none")
        LocalityWeighting localityWeighting,

        @Field("limits how many endpoints may be lost at once")
        Optional<LossLimits> lossLimits)
        implements Spec {

    /** A service of which nothing is declared. */
    public static final ServiceSpec DEFAULT = new ServiceSpec(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            LoadBalancing.ROUND_ROBIN,
            Duration.ofSeconds(1),
            UpstreamProtocol.HTTP1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            false,
            Optional.empty(),
            LocalityWeighting.NONE,
            Optional.empty());

    public ServiceSpec {
        Bounds.atMostOne(
                Bounds.Given.of("endpoints", endpoints),
                Bounds.Given.of("dns", dns),
                Bounds.Given.of("endpointDiscovery", endpointDiscovery));
        endpoints = List.copyOf(endpoints);
        Bounds.distinct("endpoints", endpoints);
        Bounds.duration("connectTimeout", connectTimeout);
        panicThreshold.ifPresent(percent -> Bounds.percent("panicThreshold", percent));
        if (lossLimits.isPresent() && dns.isPresent()) {
            throw new InvalidValueException(
                    "lossLimits", "must be left out where dns is given: its hosts are Envoy's to find");
        }
        if (slowStart.isPresent() && !lbPolicy.startsSlowly()) {
            throw new InvalidValueException(
                    "slowStart", "must be left out unless lbPolicy is round-robin or least-request");
        }
        if (healthCheck.flatMap(HealthCheck::grpc).isPresent() && !protocol.hasHttp2()) {
            throw new InvalidValueException("healthCheck.grpc", "must be left out unless protocol is http2 or auto");
        }
        if (probe.isPresent() && !(endpoints.isEmpty() && dns.isEmpty())) {
            throw new InvalidValueException(
                    "probe",
                    "must be left out where endpoints or dns is given: only endpoints that register are probed;"
                            + " healthCheck makes each Envoy check these");
        }
        if (closeConnectionsOnHostHealthFailure && healthCheck.isEmpty()) {
            throw new InvalidValueException(
                    "closeConnectionsOnHostHealthFailure", "must be left out where there is no healthCheck");
        }
    }

    /** Whether instances register for it; else the manifest tells where it is. */
    public boolean isRegistered() {
        return endpoints.isEmpty() && dns.isEmpty();
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.SERVICE;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of(new DeclaredName(ResourceType.CLUSTER, name));
    }

    @Override
    public List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        tls.map(UpstreamTls::references).ifPresent(references::addAll);
        probe.map(Probe::references)
                .ifPresent(own ->
                        own.stream().map(reference -> reference.under("probe")).forEach(references::add));
        return references;
    }
}
