package io.chancery.preview;

import io.chancery.model.Node;
import io.chancery.model.NodeSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Nodes for which manifests come to the same.
 *
 * @param selectors which of the selectors that count match them; those that match every node are left out
 * @param nodes their ids, sorted; empty where none is connected
 */
record Audience(Set<NodeSelector> selectors, List<String> nodes) {

    private static final Comparator<Audience> ORDER = Comparator.<Audience, Boolean>comparing(
                    audience -> audience.nodes().isEmpty())
            .thenComparing(audience ->
                    audience.nodes().isEmpty() ? "" : audience.nodes().getFirst())
            .thenComparing(audience -> audience.selectors().toString());

    Audience {
        selectors = Set.copyOf(selectors);
        nodes = List.copyOf(nodes);
    }

    boolean includes(NodeSelector selector) {
        return selector.isEvery() || selectors.contains(selector);
    }

    /** What matches nodes of a selector that have no more than one asks for. */
    private static Set<NodeSelector> having(NodeSelector most, NodeSelector plain, Set<NodeSelector> counting) {
        return Stream.concat(Stream.of(plain), counting.stream())
                .filter(one -> !one.isEvery())
                .filter(one -> one.with(Set.of()).equals(plain) && most.traits().containsAll(one.traits()))
                .collect(Collectors.toSet());
    }

    /**
     * Divides nodes.
     *
     * @param counting by which selectors
     * @param wanted one that matches no node has an audience all the same, and one more for each of those that count that is for
     *     some of its nodes
     */
    static List<Audience> of(Collection<Node> nodes, Set<NodeSelector> counting, Set<NodeSelector> wanted) {
        Map<Set<NodeSelector>, TreeSet<String>> groups = new HashMap<>();
        Set<NodeSelector> unmatched = new HashSet<>(wanted);
        for (Node node : nodes) {
            Set<NodeSelector> matching = new HashSet<>();
            for (NodeSelector selector : counting) {
                if (selector.matches(node)) {
                    matching.add(selector);
                }
            }
            unmatched.removeIf(selector -> selector.isEvery() || matching.contains(selector));
            groups.computeIfAbsent(matching, _ -> new TreeSet<>()).add(node.id());
        }
        for (NodeSelector selector : unmatched) {
            groups.computeIfAbsent(having(selector, selector, counting), _ -> new TreeSet<>());
            counting.stream()
                    .filter(one -> one.with(Set.of()).equals(selector))
                    .forEach(one -> groups.computeIfAbsent(having(one, selector, counting), _ -> new TreeSet<>()));
        }
        List<Audience> audiences = new ArrayList<>();
        groups.forEach((selectors, ids) -> audiences.add(new Audience(selectors, List.copyOf(ids))));
        audiences.sort(ORDER);
        return audiences;
    }
}
