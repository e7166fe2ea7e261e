package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;

/**
 * One consistent, immutable set of xDS resources.
 *
 * @param revision the store's revision that it was compiled from
 */
public record Snapshot(Revision revision, ResourceSet clusters, ResourceSet endpoints) {

    public static final Snapshot EMPTY = new Snapshot(Revision.ZERO, ResourceSet.EMPTY, ResourceSet.EMPTY);

    public ResourceSet resources(ResourceType type) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> endpoints;
            default -> ResourceSet.EMPTY;
        };
    }
}
