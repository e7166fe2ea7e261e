package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.EndpointDiscovery;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestKind;
import io.chancery.manifest.Spec;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.ServiceView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    private final Map<ResourceType, Map<String, List<Declared>>> declared = new EnumMap<>(ResourceType.class);
    private final Map<ManifestKey, Declared> byManifest = new HashMap<>();

    /** How many declared clusters ask for each assignment. */
    private final Map<String, Integer> awaited = new HashMap<>();

    private Quarantine.View quarantine = Quarantine.View.EMPTY;
    private Grouping grouping = Grouping.NONE;

    /** A resource as a manifest declares it. */
    private record Declared(NodeSelector nodes, String source, Resource resource) {

        /** A resource that is meant for some nodes goes before one that is meant for all. */
        private static final Comparator<Declared> ORDER = Comparator.<Declared, Boolean>comparing(
                        one -> one.nodes().isEvery())
                .thenComparing(Declared::source);
    }

    /** @param largeFrom from how many endpoints on a service goes out as a collection by itself; 0 for never */
    Catalogue(int largeFrom) {
        this.largeFrom = largeFrom;
        for (ResourceType type : ResourceType.values()) {
            declared.put(type, new HashMap<>());
        }
    }

    /** Takes in what changed, and returns the names under which something may be different; {@link #complete} comes next. */
    Touched update(Sources sources, Sources.Changes changes) {
        Touched touched = new Touched();
        Set<ServiceName> dirty = new HashSet<>(changes.services());
        for (ManifestKey key : changes.manifests()) {
            if (key.kind() == ManifestKind.SERVICE) {
                dirty.add(new ServiceName(key.name()));
            } else {
                declare(key, Optional.ofNullable(sources.manifests().manifests().get(key)), touched);
            }
        }
        for (ServiceName name : dirty) {
            services.update(name, sources.registry(), size(name, sources), touched);
        }
        for (Quarantine.ResourceName resource : changes.held()) {
            touched.add(resource.type(), resource.name());
        }
        noteHeld(sources.quarantine(), touched);
        if (!changes.manifests().isEmpty() || grouping.large() != services.anyLarge()) {
            grouping = regroup();
        }
        return touched;
    }

    /** Compiles the forms of large services that these groups need, and adds the names that hang on others. */
    void complete(Set<NodeGroup> groups, Touched touched) {
        services.complete(groups.stream().map(NodeGroup::form).collect(Collectors.toSet()), touched);
        touchCompanions(touched);
        if (touched.has(ResourceType.ROUTE)) {
            touched.addAll(
                    ResourceType.SCOPED_ROUTE,
                    declared(ResourceType.SCOPED_ROUTE).keySet());
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

    private ServiceResources.Size size(ServiceName name, Sources sources) {
        return isLarge(name, sources) ? ServiceResources.Size.LARGE : ServiceResources.Size.ORDINARY;
    }

    private boolean isLarge(ServiceName name, Sources sources) {
        @Nullable
        DeclaredManifest manifest =
                sources.manifests().manifests().get(new ManifestKey(ManifestKind.SERVICE, name.value()));
        if (manifest != null && manifest.manifest().spec() instanceof Spec.ServicePolicy policy) {
            return policy.endpointDiscovery() == EndpointDiscovery.LEDS;
        }
        int size = sources.registry()
                .service(name)
                .map(ServiceView::endpoints)
                .map(Map::size)
                .orElse(0);
        return largeFrom > 0 && size >= largeFrom;
    }

    private void declare(ManifestKey key, Optional<DeclaredManifest> manifest, Touched touched) {
        @Nullable Declared former = byManifest.remove(key);
        if (former != null) {
            List<Declared> others = new ArrayList<>(named(former.resource()));
            others.remove(former);
            put(former.resource(), others);
            await(former.resource(), -1, touched);
        }
        manifest.flatMap(one -> read(key, one)).ifPresent(next -> {
            Declared kept = former != null && former.resource().equals(next.resource())
                    ? new Declared(next.nodes(), next.source(), former.resource())
                    : next;
            byManifest.put(key, kept);
            List<Declared> all = new ArrayList<>(named(kept.resource()));
            all.add(kept);
            all.sort(Declared.ORDER);
            put(kept.resource(), all);
            await(kept.resource(), 1, touched);
            touched.add(kept.resource().type(), kept.resource().name());
        });
        if (former != null) {
            touched.add(former.resource().type(), former.resource().name());
        }
    }

    private static Optional<Declared> read(ManifestKey key, DeclaredManifest declared) {
        NodeSelector nodes = declared.manifest().nodes();
        return SingleCompilation.ofManifest(declared).stream()
                .map(resource -> new Declared(nodes, key.toString(), resource))
                .findFirst();
    }

    private Map<String, List<Declared>> declared(ResourceType type) {
        return Objects.requireNonNull(declared.get(type));
    }

    private List<Declared> named(Resource resource) {
        return declared(resource.type()).getOrDefault(resource.name(), List.of());
    }

    private void put(Resource resource, List<Declared> all) {
        if (all.isEmpty()) {
            declared(resource.type()).remove(resource.name());
        } else {
            declared(resource.type()).put(resource.name(), all);
        }
    }

    /** An EDS cluster must have an assignment, be it empty, or Envoy waits for it at its start. */
    private void await(Resource resource, int by, Touched touched) {
        if (resource.type() == ResourceType.CLUSTER
                && resource.message() instanceof Cluster cluster
                && cluster.getType() == Cluster.DiscoveryType.EDS) {
            String name = References.assignmentName(cluster);
            int before = awaited.getOrDefault(name, 0);
            if (before + by == 0) {
                awaited.remove(name);
            } else {
                awaited.put(name, before + by);
            }
            touched.add(ResourceType.ENDPOINT, name);
        }
    }

    private Grouping regroup() {
        Set<NodeSelector> selectors = new HashSet<>();
        for (Declared one : byManifest.values()) {
            if (!one.nodes().isEvery()) {
                selectors.add(one.nodes());
            }
        }
        return new Grouping(selectors, services.anyLarge());
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
        declared.forEach((type, byName) -> names.addAll(type, byName.keySet()));
        names.addAll(ResourceType.ENDPOINT, awaited.keySet());
        for (Quarantine.HeldBack one : quarantine.held().values()) {
            names.add(one.resource().type(), one.resource().name());
            one.companions().forEach(companion -> names.add(companion.type(), companion.name()));
        }
        return names;
    }

    /** What a group is to have under a name, were nothing held back. */
    @Nullable
    Resource declaredFor(ResourceType type, String name, NodeGroup group) {
        for (Declared one : declared(type).getOrDefault(name, List.of())) {
            if (group.includes(one.nodes())) {
                return one.resource();
            }
        }
        @Nullable Resource ofService = services.resource(type, name, group.form());
        return ofService == null && type == ResourceType.ENDPOINT && awaited.containsKey(name)
                ? emptyAssignment(name)
                : ofService;
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
        Collection<Declared> candidates = declared(name.type()).getOrDefault(name.name(), List.of());
        return candidates.stream().anyMatch(one -> one.resource().version().equals(version))
                || services.has(name.type(), name.name(), version);
    }

    private static Resource emptyAssignment(String name) {
        return Resource.of(
                ResourceType.ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder().setClusterName(name).build(),
                Resource.Traits.from(new Origin("service/" + name, Revision.ZERO, "")));
    }
}
