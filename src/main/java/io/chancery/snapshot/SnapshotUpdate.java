package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * New snapshots and what is different in them.
 *
 * @param revision the store's revision that they were compiled from
 * @param grouping by which nodes belong to groups from here on
 * @param groups every group that has a client, also those in which nothing changed
 * @param outdated versions that are held back or remembered ({@link Quarantine.View}) and that no source has any longer
 * @param committedNanos when the oldest of the commits behind it was committed, on the meter registry's monotonic clock
 */
public record SnapshotUpdate(
        Revision revision,
        Grouping grouping,
        Map<NodeGroup, GroupUpdate> groups,
        Set<String> outdated,
        long committedNanos) {

    /**
     * One group's new snapshot.
     *
     * @param changed names and aliases of resources that were added, changed or removed, by type; types without a change
     *     are absent
     */
    public record GroupUpdate(Snapshot snapshot, Map<ResourceType, List<String>> changed) {}
}
