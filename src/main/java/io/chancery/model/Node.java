package io.chancery.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an Envoy says of itself when it connects.
 *
 * @param id its {@code node.id}
 * @param cluster its {@code node.cluster}, empty if it said none
 * @param locality where it runs
 * @param metadata strings, doubles, booleans, and lists and maps of these; copied
 * @param program what it runs
 */
public record Node(String id, String cluster, Locality locality, Map<String, Object> metadata, Program program) {

    /** One that does not say what it runs. */
    public Node(String id, String cluster, Locality locality, Map<String, Object> metadata) {
        this(id, cluster, locality, metadata, Program.UNKNOWN);
    }

    public Node {
        metadata = metadata.isEmpty() ? Map.of() : copy(metadata);
    }

    private static Map<String, Object> copy(Map<?, ?> metadata) {
        TreeMap<String, Object> copy = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw unusable();
            }
            copy.put(name, copy(value));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static Object copy(Object value) {
        return switch (value) {
            case String text -> text;
            case Double number -> number;
            case Boolean truth -> truth;
            case Map<?, ?> nested -> copy(nested);
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(copy(item)));
                yield Collections.unmodifiableList(items);
            }
            default -> throw unusable();
        };
    }

    private static InvalidValueException unusable() {
        return new InvalidValueException(
                "node.metadata", "must hold strings, numbers, booleans, and lists and objects of these");
    }
}
