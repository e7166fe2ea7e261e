package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import java.util.List;
import java.util.Map;

/**
 * A new snapshot and what is different in it.
 *
 * @param changed names of resources that were added, changed or removed, by type; types without a change are absent
 * @param committedNanos when the oldest of the commits behind it was committed, on the meter registry's monotonic clock
 */
public record SnapshotUpdate(Snapshot snapshot, Map<ResourceType, List<String>> changed, long committedNanos) {}
