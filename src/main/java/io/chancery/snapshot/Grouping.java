package io.chancery.snapshot;

import io.chancery.model.NodeSelector;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts nodes into groups.
 *
 * @param selectors all that are in use, without those that match every node
 * @param large whether there are large services
 */
public record Grouping(Set<NodeSelector> selectors, boolean large) {

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
        return new NodeGroup(matching, large ? client.form() : EndpointForm.PLAIN);
    }
}
