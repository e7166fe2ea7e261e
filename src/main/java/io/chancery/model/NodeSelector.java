package io.chancery.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells which nodes something is for: all that is given must match.
 *
 * @param ids the node's id must match one of these, unless there are none; a {@code *} at the end stands for any rest
 * @param clusters likewise for the node's cluster
 * @param metadata what must be found in the node's metadata: a string, a double or a boolean by its path, for example
 *     {@code team.name}
 * @param locality the parts that are not empty must be those of the node
 * @param traits the node must have each; no document has them
 */
public record NodeSelector(
        List<String> ids,
        List<String> clusters,
        Map<String, Object> metadata,
        Locality locality,
        Set<NodeTrait> traits) {

    public static final int MAX_PATTERNS = 1_000;
    public static final int MAX_LENGTH = 256;

    /** Matches all nodes. */
    public static final NodeSelector EVERY = new NodeSelector(List.of(), List.of(), Map.of(), Locality.UNKNOWN);

    public NodeSelector {
        ids = checked("id", ids);
        clusters = checked("cluster", clusters);
        metadata = checked(metadata);
        traits = Set.copyOf(traits);
    }

    /** Tells by what documents may say. */
    public NodeSelector(List<String> ids, List<String> clusters, Map<String, Object> metadata, Locality locality) {
        this(ids, clusters, metadata, locality, Set.of());
    }

    /** Those of the nodes that have each of these. */
    public NodeSelector with(Set<NodeTrait> some) {
        return new NodeSelector(ids, clusters, metadata, locality, some);
    }

    public boolean isEvery() {
        return equals(EVERY);
    }

    public boolean matches(Node node) {
        return matches(ids, node.id())
                && matches(clusters, node.cluster())
                && matches(locality, node.locality())
                && metadata.entrySet().stream()
                        .allMatch(wanted -> found(node.metadata(), wanted.getKey(), wanted.getValue()))
                && traits.stream().allMatch(trait -> trait.includes(node));
    }

    private static boolean matches(List<String> patterns, String text) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, text));
    }

    private static boolean matches(String pattern, String text) {
        return pattern.endsWith("*") ? text.regionMatches(0, pattern, 0, pattern.length() - 1) : text.equals(pattern);
    }

    private static boolean matches(Locality wanted, Locality actual) {
        return (wanted.region().isEmpty() || wanted.region().equals(actual.region()))
                && (wanted.zone().isEmpty() || wanted.zone().equals(actual.zone()))
                && (wanted.subZone().isEmpty() || wanted.subZone().equals(actual.subZone()));
    }

    /** A key may itself have a dot, so each way of splitting the path is tried. */
    private static boolean found(Map<?, ?> metadata, String path, Object wanted) {
        if (wanted.equals(metadata.get(path))) {
            return true;
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            @Nullable Object nested = metadata.get(path.substring(0, dot));
            if (nested instanceof Map<?, ?> inner && found(inner, path.substring(dot + 1), wanted)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> checked(String field, List<String> patterns) {
        if (patterns.size() > MAX_PATTERNS) {
            throw new InvalidValueException(field, "must have at most " + MAX_PATTERNS + " entries");
        }
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            String place = field + '[' + i + ']';
            checkText(place, pattern);
            int star = pattern.indexOf('*');
            if (star >= 0 && star < pattern.length() - 1) {
                throw new InvalidValueException(place, "must have * at its end only, for example edge-*");
            }
        }
        return patterns.stream().distinct().sorted().toList();
    }

    private static Map<String, Object> checked(Map<String, Object> metadata) {
        if (metadata.size() > MAX_PATTERNS) {
            throw new InvalidValueException("metadata", "must have at most " + MAX_PATTERNS + " entries");
        }
        metadata.forEach((path, value) -> {
            checkText("metadata", path);
            switch (value) {
                case String text -> checkText("metadata." + path, text);
                case Double _, Boolean _ -> {}
                default ->
                    throw new InvalidValueException("metadata." + path, "must be a string, a number or a boolean");
            }
        });
        return Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    private static void checkText(String field, String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(field, "must have 1 to " + MAX_LENGTH + " printable characters");
        }
    }
}
