package io.chancery.preview;

import io.chancery.model.NodeSelector;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a change would come to for some nodes.
 *
 * @param selectors which of those that count for the change match them
 * @param nodes their ids, sorted; empty where none is connected
 * @param changes by type and name, at most {@value #MAX_CHANGES}
 * @param more how many further ones there are
 * @param verdict what an Envoy says of all that they would have, if it was asked
 */
public record GroupPreview(
        Set<NodeSelector> selectors,
        List<String> nodes,
        List<ResourceChange> changes,
        int more,
        Optional<EnvoyVerdict> verdict) {

    public static final int MAX_CHANGES = 1_000;

    public GroupPreview {
        selectors = Set.copyOf(selectors);
        nodes = List.copyOf(nodes);
        changes = List.copyOf(changes);
    }

    GroupPreview with(EnvoyVerdict said) {
        return new GroupPreview(selectors, nodes, changes, more, Optional.of(said));
    }
}
