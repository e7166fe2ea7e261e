package io.chancery.preview;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.DryRun;
import io.chancery.manifest.ManifestView;
import io.chancery.model.Node;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.preview.PreviewResult.Depth;
import io.chancery.snapshot.Compilation;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.StreamStatus;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what nodes would be given by other manifests than those of now. Safe for use by any thread but the engine's own.
 *
 * <p>What it costs grows with the documents of a change and with the nodes that are connected, not with all that is declared;
 * to ask an Envoy costs as much as all that nodes are to have. Versions that are held back are shown as if they were not.
 */
@ThreadSafe
public final class Preview {

    static final int MAX_GROUPS = 100;

    private static final Comparator<Reference> ORDER =
            Comparator.comparing(Reference::type).thenComparing(Reference::name);

    private final ClientStreams streams;
    private final Compilation compilation;
    private final EnvoyValidator envoy;

    /**
     * Looks at the nodes that are connected when it is asked.
     *
     * @param envoy an Envoy to ask, if there is one
     * @param clock measures for how long it is asked
     */
    public Preview(ClientStreams streams, Compilation compilation, Optional<Path> envoy, InstantSource clock) {
        this.streams = streams;
        this.compilation = compilation;
        this.envoy = new EnvoyValidator(envoy, EnvoyValidator.Patience.DEFAULT, clock);
    }

    /** Says what changes would come to for the nodes that are connected, and for those that the changes are meant for. */
    public PreviewResult of(DryRun run, Depth depth) {
        Side before = new Side(run.before(), run::declaringBefore, compilation);
        Side after = new Side(run.after(), run::declaringAfter, compilation);
        Set<Reference> touched = new TreeSet<>(ORDER);
        Set<NodeSelector> meant = new HashSet<>();
        for (Effect effect : run.effects()) {
            if (effect.outcome() != Outcome.UNCHANGED) {
                touched.addAll(before.names(effect.key()));
                touched.addAll(after.names(effect.key()));
                run.before()
                        .manifest(effect.key())
                        .ifPresent(one -> meant.add(one.manifest().nodes()));
                run.after()
                        .manifest(effect.key())
                        .ifPresent(one -> meant.add(one.manifest().nodes()));
            }
        }
        Set<NodeSelector> counting = switch (depth) {
            case RESOURCES -> union(before.selectors(touched), after.selectors(touched));
            // Nodes that have the same of this change may still have different things beside it.
            case ENVOY -> union(before.selectors(touched), after.selectors());
        };
        ResourceYaml yaml = new ResourceYaml();
        List<GroupPreview> groups = new ArrayList<>();
        int more = 0;
        for (Audience audience : Audience.of(connected(), counting, meant)) {
            GroupPreview group = group(audience, before, after, touched, yaml);
            if (group.changes().isEmpty()) {
                continue;
            }
            if (groups.size() < MAX_GROUPS) {
                groups.add(group);
            } else {
                more++;
            }
        }
        return switch (depth) {
            case RESOURCES -> new PreviewResult.Previewed(groups, more);
            case ENVOY -> judged(groups, more, after);
        };
    }

    private GroupPreview group(Audience audience, Side before, Side after, Set<Reference> touched, ResourceYaml yaml) {
        List<ResourceChange> changes = new ArrayList<>();
        int more = 0;
        for (Reference name : touched) {
            @Nullable Resource was = before.resource(name, audience::includes).orElse(null);
            @Nullable Resource is = after.resource(name, audience::includes).orElse(null);
            if (was == null ? is == null : was.equals(is)) {
                continue;
            }
            if (changes.size() < GroupPreview.MAX_CHANGES) {
                changes.add(change(was, is, yaml));
            } else {
                more++;
            }
        }
        return new GroupPreview(audience.selectors(), audience.nodes(), changes, more, Optional.empty());
    }

    private static ResourceChange change(@Nullable Resource was, @Nullable Resource is, ResourceYaml yaml) {
        if (was != null && is != null) {
            return change(ResourceChange.Kind.CHANGED, is, yaml.diff(was, is));
        }
        if (is != null) {
            return change(ResourceChange.Kind.ADDED, is, Optional.empty());
        }
        if (was != null) {
            return change(ResourceChange.Kind.REMOVED, was, Optional.empty());
        }
        throw new IllegalArgumentException("nothing becomes of nothing");
    }

    private static ResourceChange change(ResourceChange.Kind kind, Resource resource, Optional<String> diff) {
        return new ResourceChange(
                kind, resource.type(), resource.name(), resource.origin().source(), diff);
    }

    private PreviewResult judged(List<GroupPreview> groups, int more, Side after) {
        Function<GroupPreview, Map<Reference, Resource>> content = group -> after.complete(
                selector -> selector.isEvery() || group.selectors().contains(selector));
        return envoy.judged(groups, content, more);
    }

    private List<Node> connected() {
        return streams.streams().stream()
                .map(StreamStatus::node)
                .collect(Collectors.toMap(Node::id, node -> node, (one, _) -> one))
                .values()
                .stream()
                .toList();
    }

    /**
     * What a node was to have of one type by the manifests of some moment, sorted by name; what services compile to is that of
     * now, compiled when it is asked for, and nothing if the service is gone by then.
     *
     * @param type not {@link ResourceType#LOCALITY_ENDPOINT}: endpoints are in their assignments here
     */
    public NavigableMap<String, Supplier<Optional<Resource>>> resources(
            Node node, ResourceType type, ManifestView manifests) {
        NavigableMap<String, Supplier<Optional<Resource>>> resources = new TreeMap<>();
        for (String name : compilation.namesOfServices(type)) {
            resources.put(name, () -> compilation.ofService(type, name, manifests));
        }
        Side.whole(manifests, compilation)
                .all(selector -> selector.matches(node))
                .forEach((name, resource) -> {
                    if (name.type() == type) {
                        resources.put(name.name(), () -> Optional.of(resource));
                    }
                });
        return resources;
    }

    private static Set<NodeSelector> union(Set<NodeSelector> a, Set<NodeSelector> b) {
        Set<NodeSelector> union = new HashSet<>(a);
        union.addAll(b);
        return union;
    }
}
