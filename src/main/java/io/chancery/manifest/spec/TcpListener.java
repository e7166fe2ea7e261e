package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A port whose connections go to a service. */
public record TcpListener(
        @Field("is tcp") ListenerProtocol protocol,

        @Field(value = "is the address that it binds to", otherwise = "0.0.0.0")
        BindAddress address,

        @Field("is the port that it binds to") int port,
        @Field("takes the connections") Optional<String> service,
        @Field("take the connections, by weight") List<WeightedService> services,
        @Field("takes TLS off") Optional<DownstreamTls> tls,

        @Field(value = "is how long a connection without any bytes is kept", otherwise = "1h")
        Duration idleTimeout,

        @Field("is how long a connection is kept at most") Optional<Duration> maxConnectionDuration,

        @Field("is how many connections the listener takes; more are closed")
        Optional<Integer> maxConnections,

        @Field("understands the connections, for metrics") Optional<ProtocolFilter> protocolFilter,
        @Field("are written for each connection") List<AccessLog> accessLogs,

        @Field("is the name that its metrics begin with; left out, the manifest's name")
        Optional<String> statPrefix)
        implements Spec {

    public TcpListener {
        if (protocol != ListenerProtocol.TCP) {
            throw new IllegalArgumentException("a listener for TCP has no other protocol");
        }
        Bounds.port("port", port);
        services = List.copyOf(services);
        Target.check(service, services);
        service.ifPresent(ServiceName::new);
        accessLogs = List.copyOf(accessLogs);
        Bounds.duration("idleTimeout", idleTimeout);
        Bounds.duration("maxConnectionDuration", maxConnectionDuration);
        Bounds.positive("maxConnections", maxConnections);
        Bounds.printable("statPrefix", statPrefix);
        boolean redis = protocolFilter.equals(Optional.of(ProtocolFilter.REDIS));
        if (redis && service.isEmpty()) {
            throw new InvalidValueException(
                    "protocolFilter", "must not be redis where services is given: Redis' proxy has one service");
        }
        if (redis && maxConnectionDuration.isPresent()) {
            throw new InvalidValueException(
                    "maxConnectionDuration",
                    "must be left out where protocolFilter is redis: its connections have none");
        }
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.LISTENER;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of(new DeclaredName(ResourceType.LISTENER, name));
    }

    @Override
    public List<Bind> binds() {
        return List.of(new Bind(address, port));
    }

    @Override
    public List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        service.ifPresent(name -> references.add(new SpecReference(SpecReference.Kind.SERVICE, name, "service")));
        for (int i = 0; i < services.size(); i++) {
            references.add(new SpecReference(
                    SpecReference.Kind.SERVICE, services.get(i).service(), "services[" + i + "].service"));
        }
        tls.ifPresent(settings -> references.addAll(settings.references()));
        return references;
    }
}
