package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.ArrayList;
import java.util.Collection;
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

/** The resources that manifests stand for, and what these need. Kept up to date by name, by the compiler's thread. */
final class Declarations {

    private final Map<ResourceType, Map<String, List<Declared>>> byName = new EnumMap<>(ResourceType.class);
    private final Map<ManifestKey, Entry> byManifest = new HashMap<>();

    /** How many declared clusters ask for each assignment. */
    private final Map<String, Integer> awaited = new HashMap<>();

    /** How many manifests refer to each service, by whom they are for. */
    private final Map<String, Map<NodeSelector, Integer>> referenced = new HashMap<>();

    /** Which manifests refer to each service. */
    private final Map<String, Set<ManifestKey>> users = new HashMap<>();

    /** How many manifests are for each selector. */
    private final Map<NodeSelector, Integer> selectors = new HashMap<>();

    /** What one manifest amounts to. */
    private record Entry(NodeSelector nodes, List<Declared> resources, Set<String> services) {

        private static final Entry NOTHING = new Entry(NodeSelector.EVERY, List.of(), Set.of());

        Resource kept(Resource resource) {
            return resources.stream()
                    .map(Declared::resource)
                    .filter(resource::equals)
                    .findFirst()
                    .orElse(resource);
        }

        Set<NodeSelector> selectors() {
            return resources.stream().map(Declared::nodes).collect(Collectors.toSet());
        }
    }

    Declarations() {
        for (ResourceType type : ResourceType.values()) {
            byName.put(type, new HashMap<>());
        }
    }

    /** Takes in a manifest's state, and that of the services that it stands for. */
    void update(ManifestKey key, Optional<DeclaredManifest> manifest, LiveSurroundings surroundings, Touched touched) {
        Entry former = byManifest.getOrDefault(key, Entry.NOTHING);
        Entry next = manifest.map(one -> read(one, surroundings, former)).orElse(Entry.NOTHING);
        former.resources().forEach(one -> remove(one, touched));
        next.resources().forEach(one -> add(one, touched));
        former.services().forEach(service -> refer(service, former.nodes(), -1, touched));
        next.services().forEach(service -> refer(service, next.nodes(), 1, touched));
        former.services().forEach(service -> users.computeIfPresent(service, (_, keys) -> without(keys, key)));
        next.services()
                .forEach(service ->
                        users.computeIfAbsent(service, _ -> new HashSet<>()).add(key));
        former.selectors().forEach(selector -> count(selectors, selector, -1));
        next.selectors().forEach(selector -> count(selectors, selector, 1));
        if (manifest.isPresent()) {
            byManifest.put(key, next);
        } else {
            byManifest.remove(key);
        }
    }

    /** What is as before stays the same object: it is known to be equal then without a look. */
    private static Entry read(DeclaredManifest declared, LiveSurroundings surroundings, Entry former) {
        List<Declared> resources = DeclaredResources.of(declared, surroundings).stream()
                .map(one -> new Declared(one.nodes(), one.source(), former.kept(one.resource())))
                .toList();
        return new Entry(declared.manifest().nodes(), resources, DeclaredResources.services(declared));
    }

    private void add(Declared one, Touched touched) {
        List<Declared> all = new ArrayList<>(named(one.resource()));
        all.add(one);
        all.sort(Declared.ORDER);
        put(one.resource(), all, touched);
        await(one.resource(), 1, touched);
    }

    private void remove(Declared one, Touched touched) {
        List<Declared> others = new ArrayList<>(named(one.resource()));
        others.remove(one);
        put(one.resource(), others, touched);
        await(one.resource(), -1, touched);
    }

    private List<Declared> named(Resource resource) {
        return ofType(resource.type()).getOrDefault(resource.name(), List.of());
    }

    private Map<String, List<Declared>> ofType(ResourceType type) {
        return Objects.requireNonNull(byName.get(type));
    }

    private void put(Resource resource, List<Declared> all, Touched touched) {
        if (all.isEmpty()) {
            ofType(resource.type()).remove(resource.name());
        } else {
            ofType(resource.type()).put(resource.name(), all);
        }
        touched.add(resource.type(), resource.name());
        if (resource.type() == ResourceType.CLUSTER) {
            // Whether a service that manifests refer to is missing hangs on its cluster.
            touched.add(ResourceType.ENDPOINT, resource.name());
        }
    }

    /** An EDS cluster must have an assignment, be it empty, or Envoy waits for it at its start. */
    private void await(Resource resource, int by, Touched touched) {
        if (resource.type() == ResourceType.CLUSTER
                && resource.message() instanceof Cluster cluster
                && cluster.getType() == Cluster.DiscoveryType.EDS) {
            String name = References.assignmentName(cluster);
            count(awaited, name, by);
            touched.add(ResourceType.ENDPOINT, name);
        }
    }

    private void refer(String service, NodeSelector nodes, int by, Touched touched) {
        Map<NodeSelector, Integer> users = referenced.computeIfAbsent(service, _ -> new HashMap<>());
        count(users, nodes, by);
        if (users.isEmpty()) {
            referenced.remove(service);
        }
        touched.add(ResourceType.CLUSTER, service);
        touched.add(ResourceType.ENDPOINT, service);
    }

    private static <K> void count(Map<K, Integer> counts, K key, int by) {
        counts.merge(key, by, Integer::sum);
        counts.remove(key, 0);
    }

    /** Who the manifests are for, but for those that are for every node. */
    Set<NodeSelector> selectors() {
        Set<NodeSelector> some = new HashSet<>(selectors.keySet());
        some.remove(NodeSelector.EVERY);
        return some;
    }

    Set<String> names(ResourceType type) {
        return ofType(type).keySet();
    }

    /** What a group is to have under a name. */
    @Nullable
    Resource resource(ResourceType type, String name, NodeGroup group) {
        for (Declared one : ofType(type).getOrDefault(name, List.of())) {
            if (group.includes(one.nodes())) {
                return one.resource();
            }
        }
        return null;
    }

    boolean has(ResourceType type, String name, String version) {
        return ofType(type).getOrDefault(name, List.of()).stream()
                .anyMatch(one -> one.resource().version().equals(version));
    }

    /** Assignments that declared clusters ask for. */
    Collection<String> awaited() {
        return awaited.keySet();
    }

    boolean isAwaited(String assignment) {
        return awaited.containsKey(assignment);
    }

    /** Services that manifests refer to. */
    Collection<String> referenced() {
        return referenced.keySet();
    }

    /** The manifests that refer to a service. */
    Set<ManifestKey> users(String service) {
        return Set.copyOf(users.getOrDefault(service, Set.of()));
    }

    private static @Nullable Set<ManifestKey> without(Set<ManifestKey> keys, ManifestKey key) {
        keys.remove(key);
        return keys.isEmpty() ? null : keys;
    }

    /** Whether a manifest that a group has refers to a service. */
    boolean isReferenced(String service, NodeGroup group) {
        return referenced.getOrDefault(service, Map.of()).keySet().stream().anyMatch(group::includes);
    }
}
