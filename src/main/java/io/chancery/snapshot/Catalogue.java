package io.chancery.snapshot;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.EndpointDiscovery;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.ServiceView;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every resource that any node may be told of: those of registered services and those that manifests declare. Kept up to
 * date by name, by the compiler's thread.
 */
final class Catalogue {

    private final int largeFrom;
    private final ServiceResources services = new ServiceResources();
    private final Declarations declarations = new Declarations();
    private final ShardedServices shards = new ShardedServices();

    private Quarantine.View quarantine = Quarantine.View.EMPTY;
    private Grouping grouping = Grouping.NONE;

    /** @param largeFrom from how many endpoints on a service goes out as a collection by itself; 0 for never */
    Catalogue(int largeFrom) {
        this.largeFrom = largeFrom;
    }

    /**
     * Takes in what changed, and returns the names under which something may be different; {@link #complete} comes next.
     *
     * @param now on the clock that counts nanoseconds
     */
    Touched update(Sources sources, Sources.Changes changes, long now) {
        Touched touched = new Touched();
        Set<ServiceName> resharded = shards.update(sources, changes, now);
        LiveSurroundings surroundings = new LiveSurroundings(sources.registry(), shards::sharding, Set.of());
        Set<ManifestKey> manifests = new HashSet<>(changes.manifests());
        manifests.addAll(concerned(sources, changes, resharded));
        Set<ServiceName> dirty = new HashSet<>(changes.services());
        dirty.addAll(resharded);
        for (ManifestKey key : manifests) {
            if (key.kind() == ManifestKind.SERVICE) {
                dirty.add(new ServiceName(key.name()));
            }
            declarations.update(key, sources.manifests().manifest(key), surroundings, touched);
        }
        for (ServiceName name : dirty) {
            services.update(name, surroundings, form(name, sources), touched);
        }
        for (Quarantine.ResourceName resource : changes.held()) {
            touched.add(resource.type(), resource.name());
        }
        noteHeld(sources.quarantine(), touched);
        if (!manifests.isEmpty() || grouping.large() != services.anyLarge()) {
            grouping = new Grouping(declarations.selectors(), services.anyLarge());
        }
        return touched;
    }

    /** When something is due to change by itself, on the clock that counts nanoseconds. */
    OptionalLong due() {
        return shards.due();
    }

    /** Manifests that come to something else though they are as before: because services that they stand for, or name, are not. */
    private Set<ManifestKey> concerned(Sources sources, Sources.Changes changes, Set<ServiceName> resharded) {
        Set<ManifestKey> concerned = new HashSet<>();
        for (ServiceName name : resharded) {
            ManifestKey own = new ManifestKey(ManifestKind.SERVICE, name.value());
            sources.manifests().manifest(own).ifPresent(_ -> concerned.add(own));
            concerned.addAll(declarations.users(name.value()));
        }
        // Clusters with names in them are different once other endpoints are behind them.
        sources.manifests().ofKind(ManifestKind.REDIS_MASTER).forEach((key, declared) -> {
            if (declared.manifest().spec() instanceof RedisMaster redis
                    && redis.announcesNames()
                    && redis.declares(key.name()).stream()
                            .anyMatch(service -> changes.services().contains(new ServiceName(service.name())))) {
                concerned.add(key);
            }
        });
        return concerned;
    }

    /** Compiles the forms of large services that these groups need, and adds the names that hang on others. */
    void complete(Set<NodeGroup> groups, Touched touched) {
        services.complete(groups.stream().map(NodeGroup::form).collect(Collectors.toSet()), touched);
        touchCompanions(touched);
        if (touched.has(ResourceType.ROUTE)) {
            touched.addAll(ResourceType.SCOPED_ROUTE, declarations.names(ResourceType.SCOPED_ROUTE));
        }
    }

    private void noteHeld(Quarantine.View next, Touched touched) {
        for (Map<String, Quarantine.HeldBack> side : List.of(quarantine.held(), next.held())) {
            for (Quarantine.HeldBack one : side.values()) {
                if (!Objects.equals(
                        quarantine.held().get(one.version()), next.held().get(one.version()))) {
                    touched.add(one.resource().type(), one.resource().name());
                    one.companions().forEach(companion -> touched.add(companion.type(), companion.name()));
                }
            }
        }
        quarantine = next;
    }

    /** Whether a group needs them hangs on which version it is to have. */
    private void touchCompanions(Touched touched) {
        for (Quarantine.HeldBack one : quarantine.held().values()) {
            if (touched.of(one.resource().type()).contains(one.resource().name())) {
                one.companions().forEach(companion -> touched.add(companion.type(), companion.name()));
            }
        }
    }

    /** One with shards is never large: its endpoints would come one by one, while its routes wait for all of them. */
    private ServiceResources.Form form(ServiceName name, Sources sources) {
        ShardLabels labels = shards.labels(name);
        ServiceResources.Size size = labels.isNone() && isLarge(name, sources)
                ? ServiceResources.Size.LARGE
                : ServiceResources.Size.ORDINARY;
        return new ServiceResources.Form(size, labels);
    }

    private boolean isLarge(ServiceName name, Sources sources) {
        Optional<EndpointDiscovery> wanted = sources.manifests()
                .manifest(new ManifestKey(ManifestKind.SERVICE, name.value()))
                .map(manifest -> manifest.manifest().spec())
                .filter(ServiceSpec.class::isInstance)
                .map(ServiceSpec.class::cast)
                .flatMap(ServiceSpec::endpointDiscovery);
        if (wanted.isPresent()) {
            return wanted.get() == EndpointDiscovery.LEDS;
        }
        int size = sources.registry()
                .service(name)
                .map(ServiceView::endpoints)
                .map(Map::size)
                .orElse(0);
        return largeFrom > 0 && size >= largeFrom;
    }

    Grouping grouping() {
        return grouping;
    }

    /** The resources of services as this group sees them: where nothing else touches them, its whole set of the type. */
    ResourceSet ofServices(ResourceType type, NodeGroup group) {
        return services.resources(type, group.form());
    }

    /** Names under which a group may have something else than {@link #ofServices}. */
    Touched beyondServices() {
        Touched names = new Touched();
        for (ResourceType type : ResourceType.values()) {
            names.addAll(type, declarations.names(type));
        }
        names.addAll(ResourceType.ENDPOINT, declarations.awaited());
        names.addAll(ResourceType.CLUSTER, declarations.referenced());
        names.addAll(ResourceType.ENDPOINT, declarations.referenced());
        for (Quarantine.HeldBack one : quarantine.held().values()) {
            names.add(one.resource().type(), one.resource().name());
            one.companions().forEach(companion -> names.add(companion.type(), companion.name()));
        }
        return names;
    }

    /** What a group is to have under a name, were nothing held back. */
    @Nullable
    Resource declaredFor(ResourceType type, String name, NodeGroup group) {
        @Nullable Resource own = declarations.resource(type, name, group);
        @Nullable Resource found = own == null ? services.resource(type, name, group.form()) : own;
        return found == null ? absent(type, name, group) : found;
    }

    /** What is needed though nobody gives it: assignments, and services that a group's manifests refer to. */
    private @Nullable Resource absent(ResourceType type, String name, NodeGroup group) {
        return switch (type) {
            case CLUSTER -> declarations.isReferenced(name, group) ? ServiceCompiler.cluster(name) : null;
            case ENDPOINT -> declarations.isAwaited(name) || isMissing(name, group) ? emptyAssignment(name) : null;
            case LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG, LOCALITY_ENDPOINT ->
                null;
        };
    }

    private boolean isMissing(String service, NodeGroup group) {
        return declarations.isReferenced(service, group)
                && declarations.resource(ResourceType.CLUSTER, service, group) == null
                && services.resource(ResourceType.CLUSTER, service, group.form()) == null;
    }

    Optional<Quarantine.HeldBack> heldBack(Resource resource) {
        return Optional.ofNullable(quarantine.held().get(resource.version()));
    }

    /** What the replacement of a version that is held back from this group needs under this name, if anything does. */
    @Nullable
    Resource companion(ResourceType type, String name, NodeGroup group) {
        for (Quarantine.HeldBack one : quarantine.held().values()) {
            for (Resource companion : one.companions()) {
                if (companion.type() == type && companion.name().equals(name) && isHeldBack(one, group)) {
                    return companion;
                }
            }
        }
        return null;
    }

    private boolean isHeldBack(Quarantine.HeldBack one, NodeGroup group) {
        @Nullable
        Resource declared = declaredFor(one.resource().type(), one.resource().name(), group);
        return declared != null && declared.version().equals(one.version());
    }

    /** Versions that are held back or remembered though no source has them any longer. */
    Set<String> outdated() {
        Set<String> outdated = new HashSet<>();
        for (Quarantine.HeldBack one : quarantine.held().values()) {
            if (!exists(one.resource(), one.version())) {
                outdated.add(one.version());
            }
        }
        quarantine.remembered().forEach((version, resource) -> {
            if (!exists(resource, version)) {
                outdated.add(version);
            }
        });
        return outdated;
    }

    private boolean exists(Quarantine.ResourceName name, String version) {
        return declarations.has(name.type(), name.name(), version) || services.has(name.type(), name.name(), version);
    }

    private static Resource emptyAssignment(String name) {
        return Resource.of(
                ResourceType.ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder().setClusterName(name).build(),
                Resource.Traits.from(new Origin("service/" + name, Revision.ZERO, "")));
    }
}
