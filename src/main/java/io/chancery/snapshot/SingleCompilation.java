package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestView;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import io.chancery.sharding.Sharding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compiles from the manifests that it is given, and from the services as they are registered now. */
final class SingleCompilation implements Compilation {

    private final EndpointRegistry registry;

    SingleCompilation(EndpointRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<Declared> declared(DeclaredManifest manifest, ManifestView manifests) {
        return DeclaredResources.of(manifest, surroundings(manifests));
    }

    /** Shards are computed when they are asked for, once. */
    private LiveSurroundings surroundings(ManifestView manifests) {
        RegistryView view = registry.view();
        Map<String, Optional<Sharding>> computed = new HashMap<>();
        return new LiveSurroundings(
                view,
                service -> computed.computeIfAbsent(
                        service,
                        name -> ShardedServices.policy(name, manifests)
                                .map(policy ->
                                        Sharding.of(policy, ShardedServices.hosts(new ServiceName(name), view)))),
                Set.of());
    }

    @Override
    public Optional<Resource> ofService(ResourceType type, String name, ManifestView manifests) {
        return switch (type) {
            case CLUSTER -> service(name).map(service -> ServiceCompiler.cluster(service, surroundings(manifests)));
            case ENDPOINT -> service(name).map(service -> ServiceCompiler.assignment(service, labels(name, manifests)));
            case LOCALITY_ENDPOINT, LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG ->
                Optional.empty();
        };
    }

    @Override
    public Set<String> namesOfServices(ResourceType type) {
        return switch (type) {
            case CLUSTER, ENDPOINT ->
                registry.view().services().keySet().stream()
                        .map(ServiceName::value)
                        .collect(Collectors.toSet());
            case LOCALITY_ENDPOINT, LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG ->
                Set.of();
        };
    }

    private ShardLabels labels(String name, ManifestView manifests) {
        return surroundings(manifests)
                .sharding(name)
                .map(sharding -> new ShardLabels(
                        Sharding.labels(List.of(sharding)), sharding.policy().whenDown()))
                .orElse(ShardLabels.NONE);
    }

    /** A cluster may have a name that no service can have. */
    private Optional<ServiceView> service(String name) {
        return ServiceName.ifValid(name).flatMap(registry.view()::service);
    }
}
