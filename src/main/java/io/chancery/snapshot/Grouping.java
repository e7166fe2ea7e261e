package io.chancery.snapshot;

import io.chancery.model.NodeSelector;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts nodes into groups.
 *
 * @param selectors all that are in use, without those that match every node
 * @param collections whether any service's endpoints go out as a glob collection
 */
public record Grouping(Set<NodeSelector> selectors, boolean collections) {

    static final Grouping NONE = new Grouping(Set.of(), false);

    public Grouping {
        selectors = Set.copyOf(selectors);
    }

    public NodeGroup of(SnapshotClient client) {
        Set<NodeSelector> matching = new HashSet<>();
        for (NodeSelector selector : selectors) {
            if (selector.matches(client.node())) {
                matching.add(selector);
            }
        }
        return new NodeGroup(matching, collections && client.collections());
    }
}
