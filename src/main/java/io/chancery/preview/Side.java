package io.chancery.preview;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.SpecReference;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Compilation;
import io.chancery.snapshot.Declared;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What nodes are given by the manifests of one moment. Compiles what it is asked for, each manifest once. Not safe for use by
 * several threads.
 */
final class Side {

    private final ManifestView manifests;
    private final Declaring declaring;
    private final Compilation compilation;
    private final Map<ManifestKey, List<Declared>> compiled = new HashMap<>();
    private final Map<Reference, List<Declared>> candidates = new HashMap<>();

    /** Which manifests declare a resource. */
    @FunctionalInterface
    interface Declaring {
        List<DeclaredManifest> of(ResourceType type, String name);
    }

    Side(ManifestView manifests, Declaring declaring, Compilation compilation) {
        this.manifests = manifests;
        this.declaring = declaring;
        this.compilation = compilation;
    }

    /** A side of which everything is asked. */
    static Side whole(ManifestView manifests, Compilation compilation) {
        return new Side(manifests, (_, _) -> List.of(), compilation);
    }

    private List<Declared> declared(DeclaredManifest manifest) {
        return compiled.computeIfAbsent(manifest.manifest().key(), _ -> compilation.declared(manifest, manifests));
    }

    private List<Declared> candidates(Reference name) {
        return candidates.computeIfAbsent(
                name,
                _ -> declaring.of(name.type(), name.name()).stream()
                        .flatMap(manifest -> declared(manifest).stream())
                        .filter(one -> one.name().equals(name))
                        .sorted(Declared.ORDER)
                        .toList());
    }

    /** The names under which a manifest has an effect. */
    Set<Reference> names(ManifestKey key) {
        Set<Reference> names = new HashSet<>();
        manifests.manifest(key).ifPresent(manifest -> declared(manifest).forEach(one -> names.add(one.name())));
        if (key.kind() == ManifestKind.SERVICE || key.kind() == ManifestKind.SHUFFLE_SHARD) {
            names.add(new Reference(ResourceType.CLUSTER, key.name()));
            names.add(new Reference(ResourceType.ENDPOINT, key.name()));
        }
        if (key.kind() == ManifestKind.SHUFFLE_SHARD) {
            routingTo(key.name()).forEach(manifest -> declared(manifest).forEach(one -> names.add(one.name())));
        }
        return names;
    }

    private List<DeclaredManifest> routingTo(String service) {
        return manifests.ofKind(ManifestKind.LISTENER).values().stream()
                .filter(declared -> declared.manifest().spec().references().stream()
                        .anyMatch(reference -> reference.kind() == SpecReference.Kind.SERVICE
                                && reference.name().equals(service)))
                .toList();
    }

    /** Who is meant by those that declare something under these names. */
    Set<NodeSelector> selectors(Collection<Reference> names) {
        Set<NodeSelector> selectors = new HashSet<>();
        names.forEach(name -> candidates(name).forEach(one -> selectors.add(one.nodes())));
        selectors.remove(NodeSelector.EVERY);
        return selectors;
    }

    /** Who is meant by any manifest, and by what it is for some of these; compiles them all. */
    Set<NodeSelector> selectors() {
        Set<NodeSelector> selectors = new HashSet<>();
        manifests.manifests().values().forEach(manifest -> {
            selectors.add(manifest.manifest().nodes());
            declared(manifest).forEach(one -> selectors.add(one.nodes()));
        });
        selectors.remove(NodeSelector.EVERY);
        return selectors;
    }

    /** What nodes have under a name. */
    Optional<Resource> resource(Reference name, Predicate<NodeSelector> nodes) {
        return candidates(name).stream()
                .filter(one -> nodes.test(one.nodes()))
                .map(Declared::resource)
                .findFirst()
                .or(() -> compilation.ofService(name.type(), name.name(), manifests));
    }

    /** Everything that is declared for nodes, by name. */
    Map<Reference, Resource> all(Predicate<NodeSelector> nodes) {
        Map<Reference, Declared> chosen = new HashMap<>();
        manifests.manifests().values().stream()
                .filter(manifest -> nodes.test(manifest.manifest().nodes()))
                .flatMap(manifest -> declared(manifest).stream())
                .filter(one -> nodes.test(one.nodes()))
                .forEach(one -> chosen.merge(one.name(), one, (a, b) -> Declared.ORDER.compare(a, b) <= 0 ? a : b));
        Map<Reference, Resource> all =
                new TreeMap<>(Comparator.comparing(Reference::type).thenComparing(Reference::name));
        chosen.forEach((name, one) -> all.put(name, one.resource()));
        return all;
    }

    /** As {@link #all}, and what they refer to of services. */
    Map<Reference, Resource> complete(Predicate<NodeSelector> nodes) {
        Map<Reference, Resource> complete = all(nodes);
        Deque<Resource> open = new ArrayDeque<>(complete.values());
        while (!open.isEmpty()) {
            for (Reference reference : open.remove().references()) {
                Reference name = reference.whole();
                if (!complete.containsKey(name)) {
                    compilation.ofService(name.type(), name.name(), manifests).ifPresent(resource -> {
                        complete.put(name, resource);
                        open.add(resource);
                    });
                }
            }
        }
        return complete;
    }
}
