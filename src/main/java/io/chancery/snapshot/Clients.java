package io.chancery.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who is connected, and how many of them each group has. Not safe for use by several threads. */
final class Clients {

    private final Map<SnapshotClient, Integer> streams = new HashMap<>();
    private Grouping grouping = Grouping.NONE;
    private Map<NodeGroup, Integer> groups = new HashMap<>();

    void add(SnapshotClient client) {
        if (streams.merge(client, 1, Integer::sum) == 1) {
            groups.merge(grouping.of(client), 1, Integer::sum);
        }
    }

    void remove(SnapshotClient client) {
        if (streams.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1) == null) {
            groups.computeIfPresent(grouping.of(client), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    boolean isEmpty() {
        return streams.isEmpty();
    }

    NodeGroup groupOf(SnapshotClient client) {
        return grouping.of(client);
    }

    /** Puts all clients into groups anew, if they are to be grouped otherwise, and returns the groups that have one. */
    Set<NodeGroup> regroup(Grouping next) {
        if (!next.equals(grouping)) {
            grouping = next;
            groups = new HashMap<>();
            for (SnapshotClient client : streams.keySet()) {
                groups.merge(next.of(client), 1, Integer::sum);
            }
        }
        return Set.copyOf(groups.keySet());
    }
}
