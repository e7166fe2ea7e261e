package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles a group's next snapshot from the catalogue and the names that were touched in it. */
final class SnapshotCompiler {

    private final Catalogue catalogue;
    private final NodeGroup group;

    private SnapshotCompiler(Catalogue catalogue, NodeGroup group) {
        this.catalogue = catalogue;
        this.group = group;
    }

    /** Compiles the whole of a group that had no snapshot. */
    static SnapshotUpdate.GroupUpdate first(Catalogue catalogue, NodeGroup group, Revision revision) {
        Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            sets.put(type, catalogue.ofServices(type, group));
        }
        SnapshotUpdate.GroupUpdate update = new SnapshotCompiler(catalogue, group)
                .compile(new Snapshot(revision, sets), catalogue.beyondServices(), revision);
        return new SnapshotUpdate.GroupUpdate(update.snapshot(), Map.of());
    }

    /** Compiles what was touched; what comes out equal to before is no change. */
    static SnapshotUpdate.GroupUpdate after(
            Snapshot before, Catalogue catalogue, NodeGroup group, Touched touched, Revision revision) {
        return new SnapshotCompiler(catalogue, group).compile(before, touched, revision);
    }

    private SnapshotUpdate.GroupUpdate compile(Snapshot before, Touched touched, Revision revision) {
        Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
        Map<ResourceType, List<String>> changed = new EnumMap<>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            ResourceSet former = before.resources(type);
            ResourceSet next = former;
            // Not what the entries are now: names that are gone from the catalogue must go from the group too.
            Map<String, Boolean> names = new LinkedHashMap<>();
            for (String name : touched.of(type)) {
                ResourceSet step = compile(next, type, name, sets);
                if (step != next) {
                    names.put(name, true);
                    aliases(former.get(name)).forEach(alias -> names.put(alias, true));
                    aliases(step.get(name)).forEach(alias -> names.put(alias, true));
                    next = step;
                }
            }
            sets.put(type, next);
            if (!names.isEmpty()) {
                changed.put(type, new ArrayList<>(names.keySet()));
            }
        }
        return new SnapshotUpdate.GroupUpdate(new Snapshot(revision, sets), changed);
    }

    private static List<String> aliases(@Nullable Resource resource) {
        return resource == null ? List.of() : resource.aliases();
    }

    /** @param sets what was compiled already of the types that go before this one */
    private ResourceSet compile(ResourceSet set, ResourceType type, String name, Map<ResourceType, ResourceSet> sets) {
        @Nullable Resource declared = catalogue.declaredFor(type, name, group);
        Optional<Quarantine.HeldBack> held = declared == null ? Optional.empty() : catalogue.heldBack(declared);
        @Nullable Resource chosen = held.isPresent() ? held.get().instead().orElse(null) : declared;
        if (chosen == null && held.isEmpty()) {
            chosen = catalogue.companion(type, name, group);
        }
        if (type == ResourceType.SCOPED_ROUTE && chosen != null && !hasRoutes(chosen, sets)) {
            chosen = null;
        }
        ResourceSet next = set.withholding(name, held.map(Quarantine.HeldBack::version));
        if (chosen == null) {
            return next.without(name);
        }
        return Objects.equals(next.get(name), chosen) ? next : next.with(chosen);
    }

    /** Envoy answers requests in a scope whose routes it does not have with 404: it is told of the scope once they exist. */
    private static boolean hasRoutes(Resource scope, Map<ResourceType, ResourceSet> sets) {
        Set<Reference> references = scope.references();
        ResourceSet routes = sets.getOrDefault(ResourceType.ROUTE, ResourceSet.EMPTY);
        return references.stream()
                .filter(reference -> reference.type() == ResourceType.ROUTE)
                .allMatch(reference -> routes.get(reference.name()) != null);
    }
}
