package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.SpecReference;
import io.chancery.model.EnvoySince;
import io.chancery.model.NodeSelector;
import io.chancery.model.NodeShare;
import io.chancery.model.NodeTrait;
import io.chancery.snapshot.compile.ManifestCompiler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a manifest amounts to: the resources that nodes are told of. Pure functions. */
final class DeclaredResources {

    /** Changes of shards that one manifest can have under way for some nodes each; others of its services wait for their end. */
    private static final int MOST_SHARES = 4;

    private DeclaredResources() {}

    /** Compiles a manifest, also as it is for some of its nodes where that is something else; each resource tells where it is from. */
    static List<Declared> of(DeclaredManifest declared, LiveSurroundings surroundings) {
        Set<NodeTrait> differences = limited(surroundings.differences(services(declared)));
        Map<Set<NodeTrait>, Map<Reference, Resource>> compiled = new LinkedHashMap<>();
        combinations(differences).forEach(traits -> compiled.put(traits, compiled(declared, surroundings.on(traits))));
        Set<Reference> names = new LinkedHashSet<>();
        compiled.values().forEach(resources -> names.addAll(resources.keySet()));
        List<Declared> all = new ArrayList<>();
        for (Reference name : names) {
            Set<NodeTrait> deciding = differences.stream()
                    .filter(trait -> decides(trait, name, compiled))
                    .collect(Collectors.toSet());
            compiled.forEach((traits, resources) -> {
                if (deciding.containsAll(traits) && resources.containsKey(name)) {
                    all.add(declared(declared, traits, Objects.requireNonNull(resources.get(name))));
                }
            });
        }
        return List.copyOf(all);
    }

    private static Declared declared(DeclaredManifest declared, Set<NodeTrait> traits, Resource resource) {
        NodeSelector nodes = declared.manifest().nodes();
        return new Declared(nodes.with(traits), declared.manifest().key().toString(), resource);
    }

    /** Whether what is under a name is something else for some nodes because they have this. */
    private static boolean decides(
            NodeTrait trait, Reference name, Map<Set<NodeTrait>, Map<Reference, Resource>> compiled) {
        return compiled.entrySet().stream()
                .filter(entry -> !entry.getKey().contains(trait))
                .anyMatch(entry -> !Objects.equals(
                        entry.getValue().get(name),
                        Objects.requireNonNull(compiled.get(with(entry.getKey(), trait)))
                                .get(name)));
    }

    /** The services that a manifest refers to. */
    static Set<String> services(DeclaredManifest declared) {
        return declared.manifest().spec().references().stream()
                .filter(reference -> reference.kind() == SpecReference.Kind.SERVICE)
                .map(SpecReference::name)
                .collect(Collectors.toSet());
    }

    private static Map<Reference, Resource> compiled(DeclaredManifest declared, LiveSurroundings surroundings) {
        String name = declared.manifest().key().name();
        Spec spec = declared.manifest().spec();
        Origin origin = new Origin(
                declared.manifest().key().toString(), declared.revision(), declared.author(), surroundings.since());
        Resource.Traits traits = spec instanceof Spec.RawResource raw
                ? new Resource.Traits(VirtualHosts.aliases(raw), raw.ttl(), origin)
                : Resource.Traits.from(origin);
        return ManifestCompiler.compile(name, spec, surroundings).stream()
                .map(compiled -> Resource.of(compiled.type(), compiled.name(), compiled.message(), traits))
                .collect(Collectors.toMap(
                        resource -> new Reference(resource.type(), resource.name()),
                        Function.identity(),
                        (one, _) -> one,
                        LinkedHashMap::new));
    }

    private static Set<NodeTrait> limited(Stream<NodeTrait> differences) {
        Set<NodeTrait> all = differences.collect(Collectors.toCollection(LinkedHashSet::new));
        return Stream.concat(
                        all.stream().filter(EnvoySince.class::isInstance),
                        all.stream().filter(NodeShare.class::isInstance).limit(MOST_SHARES))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What a node can have of these, beginning with nothing. */
    private static List<Set<NodeTrait>> combinations(Set<NodeTrait> differences) {
        List<Set<NodeTrait>> sets = new ArrayList<>(List.of(Set.of()));
        differences.forEach(trait -> List.copyOf(sets).forEach(set -> sets.add(with(set, trait))));
        return sets;
    }

    private static Set<NodeTrait> with(Set<NodeTrait> set, NodeTrait trait) {
        Set<NodeTrait> larger = new HashSet<>(set);
        larger.add(trait);
        return larger;
    }
}
