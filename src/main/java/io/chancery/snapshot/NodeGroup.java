package io.chancery.snapshot;

import io.chancery.model.NodeSelector;
import java.util.Set;

/**
 * All nodes that get the same snapshot.
 *
 * @param selectors which of the selectors in use match them; those that match every node are left out
 * @param form how the endpoints of large services go to them; plain while there are none
 */
public record NodeGroup(Set<NodeSelector> selectors, EndpointForm form) {

    public NodeGroup {
        selectors = Set.copyOf(selectors);
    }

    boolean includes(NodeSelector selector) {
        return selector.isEvery() || selectors.contains(selector);
    }
}
