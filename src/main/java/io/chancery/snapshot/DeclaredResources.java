package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.SpecReference;
import io.chancery.model.NodeSelector;
import io.chancery.model.NodeShare;
import io.chancery.model.NodeTrait;
import io.chancery.snapshot.compile.ManifestCompiler;
import io.chancery.snapshot.compile.Surroundings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a manifest amounts to: the resources that nodes are told of. Pure functions. */
final class DeclaredResources {

    /** By how much of what nodes have one manifest can differ; further changes of shards for some nodes wait for others' end. */
    private static final int MOST_DIFFERENCES = 5;

    private DeclaredResources() {}

    /** Compiles a manifest, also as it is for some of its nodes where that is something else; each resource tells where it is from. */
    static List<Declared> of(DeclaredManifest declared, LiveSurroundings surroundings) {
        NodeSelector nodes = declared.manifest().nodes();
        List<Resource> plain = compiled(declared, surroundings);
        List<Declared> special = combinations(surroundings.differences(services(declared))).stream()
                .flatMap(traits -> compiled(declared, surroundings.on(traits)).stream()
                        .map(resource -> new Declared(nodes.with(traits), resource)))
                .toList();
        Set<Reference> different = special.stream()
                .filter(one -> !plain.contains(one.resource()))
                .map(Declared::name)
                .collect(Collectors.toSet());
        return Stream.concat(
                        plain.stream().map(resource -> new Declared(nodes, resource)),
                        special.stream().filter(one -> different.contains(one.name())))
                .toList();
    }

    /** The services that a manifest refers to. */
    static Set<String> services(DeclaredManifest declared) {
        return declared.manifest().spec().references().stream()
                .filter(reference -> reference.kind() == SpecReference.Kind.SERVICE)
                .map(SpecReference::name)
                .collect(Collectors.toSet());
    }

    private static List<Resource> compiled(DeclaredManifest declared, Surroundings surroundings) {
        String name = declared.manifest().key().name();
        Spec spec = declared.manifest().spec();
        Origin origin = new Origin(declared.manifest().key().toString(), declared.revision(), declared.author());
        Resource.Traits traits = spec instanceof Spec.RawResource raw
                ? new Resource.Traits(VirtualHosts.aliases(raw), raw.ttl(), origin)
                : Resource.Traits.from(origin);
        return ManifestCompiler.compile(name, spec, surroundings).stream()
                .map(compiled -> Resource.of(compiled.type(), compiled.name(), compiled.message(), traits))
                .toList();
    }

    /** What a node can have of these; without what has nothing. */
    private static List<Set<NodeTrait>> combinations(Stream<NodeTrait> differences) {
        List<Set<NodeTrait>> sets = new ArrayList<>(List.of(Set.of()));
        differences
                .distinct()
                .sorted(Comparator.comparing(NodeShare.class::isInstance))
                .limit(MOST_DIFFERENCES)
                .forEach(trait -> List.copyOf(sets).forEach(set -> {
                    Set<NodeTrait> larger = new HashSet<>(set);
                    larger.add(trait);
                    sets.add(larger);
                }));
        return sets.subList(1, sets.size());
    }
}
