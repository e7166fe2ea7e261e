package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import java.util.EnumMap;
import java.util.Map;

/**
 * One consistent, immutable set of xDS resources: what the nodes of one group are to have.
 *
 * @param revision the store's revision that it was compiled from
 * @param sets by type; types of which nothing exists may be absent
 */
public record Snapshot(Revision revision, Map<ResourceType, ResourceSet> sets) {

    public static final Snapshot EMPTY = new Snapshot(Revision.ZERO, Map.of());

    public Snapshot {
        sets = sets.isEmpty() ? Map.of() : new EnumMap<>(sets);
    }

    public ResourceSet resources(ResourceType type) {
        return sets.getOrDefault(type, ResourceSet.EMPTY);
    }
}
