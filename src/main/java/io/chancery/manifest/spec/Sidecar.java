package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Envoy beside an instance of a service: what comes in to it, and what it needs. Without a port it is a worker. */
public record Sidecar(
        @Field("is the service that the instance belongs to")
        String service,

        @Field("is the port on which the instance takes HTTP; left out for a worker, which takes none")
        Optional<Integer> applicationPort,

        @Field(value = "is the address on which the instance takes it", otherwise = "127.0.0.1")
        BindAddress applicationAddress,

        @Field(value = "is the port on which the Envoy takes it", otherwise = "9080")
        int ingressPort,

        @Field(value = "is the address on which the Envoy takes it", otherwise = "0.0.0.0")
        BindAddress ingressAddress,

        @Field(
                "is the name that the metrics of what comes in begin with; left out, ingress_http, or ingress_ and the service's name for tcp")
        Optional<String> ingressStatPrefix,

        @Field(value = "is http, or tcp for a data store", otherwise = "http")
        ListenerProtocol ingressProtocol,

        @Field("are services that the instance reaches over the Envoy, each on a local port")
        List<Dependency> dependencies)
        implements Spec {

    public Sidecar {
        ServiceName _ = new ServiceName(service);
        applicationPort.ifPresent(port -> Bounds.port("applicationPort", port));
        if (!applicationAddress.isOne()) {
            throw new InvalidValueException(
                    "applicationAddress", "must be one that can be connected to, for example 127.0.0.1");
        }
        Bounds.port("ingressPort", ingressPort);
        Bounds.printable("ingressStatPrefix", ingressStatPrefix);
        dependencies = List.copyOf(dependencies);
        if (applicationPort.isEmpty()) {
            Bounds.notEmpty("dependencies", dependencies);
        }
        Bounds.distinct(
                "dependencies", dependencies.stream().map(Dependency::service).toList());
        Bounds.distinct(
                "dependencies",
                dependencies.stream()
                        .map(one -> one.address() + ":" + one.port())
                        .toList());
    }

    /** A service that the instance reaches. */
    public record Dependency(
            @Field("is the service's name") String service,
            @Field("is the local port") int port,

            @Field(value = "is the local address", otherwise = "127.0.0.1")
            BindAddress address,

            @Field("is the name that its metrics begin with; left out, egress_ and the service's name")
            Optional<String> statPrefix,

            @Field("understands the connections, for metrics")
            Optional<ProtocolFilter> protocolFilter) {

        public Dependency {
            ServiceName _ = new ServiceName(service);
            Bounds.port("port", port);
            Bounds.printable("statPrefix", statPrefix);
        }

        /** The name of the listener of a sidecar's dependency. */
        public String listenerName(String sidecar) {
            return sidecar + "_egress_" + service;
        }
    }

    /** The name of the listener, and of the route table, for what comes in. */
    public static String ingressName(String sidecar) {
        return sidecar + "_ingress";
    }

    /** The name of the cluster that is the instance itself. */
    public String localCluster() {
        return "local_" + service;
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.SIDECAR;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        List<DeclaredName> declared = new ArrayList<>();
        if (applicationPort.isPresent()) {
            declared.add(new DeclaredName(ResourceType.LISTENER, ingressName(name)));
            declared.add(new DeclaredName(ResourceType.CLUSTER, localCluster()));
            if (ingressProtocol == ListenerProtocol.HTTP) {
                declared.add(new DeclaredName(ResourceType.ROUTE, ingressName(name)));
            }
        }
        dependencies.forEach(
                dependency -> declared.add(new DeclaredName(ResourceType.LISTENER, dependency.listenerName(name))));
        return declared;
    }

    @Override
    public List<Bind> binds() {
        List<Bind> binds = new ArrayList<>();
        if (applicationPort.isPresent()) {
            binds.add(new Bind(ingressAddress, ingressPort));
        }
        dependencies.forEach(dependency -> binds.add(new Bind(dependency.address(), dependency.port())));
        return binds;
    }

    @Override
    public List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        for (int i = 0; i < dependencies.size(); i++) {
            references.add(new SpecReference(
                    SpecReference.Kind.SERVICE, dependencies.get(i).service(), "dependencies[" + i + "].service"));
        }
        return references;
    }
}
