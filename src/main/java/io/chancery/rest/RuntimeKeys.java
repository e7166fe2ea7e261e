package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runtime values in JSON, by their whole keys, however a request spells these. Pure functions. */
final class RuntimeKeys {

    private static final Set<String> FRACTION = Set.of("numerator", "denominator");

    /** What is deeper is left as it is, for the manifest's reader to refuse. */
    private static final int MAX_DEPTH = 32;

    private RuntimeKeys() {}

    /** Whether a value is an object of others, not one of a fraction. */
    static boolean isNested(JsonNode value) {
        return value.isObject() && !value.isEmpty() && FRACTION.stream().noneMatch(value::has);
    }

    /**
     * Returns the values that a merge patch makes of others.
     *
     * @param field that has them, for the faults
     * @param current by dotted keys; is changed
     * @param patch by dotted or nested keys; {@code null} removes a key and all under it
     */
    static ObjectNode merged(String field, ObjectNode current, ObjectNode patch) {
        Map<String, JsonNode> changes = byKey(field, patch);
        changes.forEach((key, value) -> {
            if (value.isNull()) {
                remove(current, key);
            }
        });
        changes.forEach((key, value) -> {
            if (value instanceof ObjectNode parts) {
                ObjectNode fraction = current.get(key) instanceof ObjectNode there ? there : current.objectNode();
                MergePatch.merge(fraction, parts);
                current.set(key, fraction);
            } else if (!value.isNull()) {
                current.set(key, value);
            }
        });
        return current;
    }

    /** Returns the values by dotted keys. */
    static ObjectNode flat(String field, ObjectNode values) {
        ObjectNode flat = values.objectNode();
        byKey(field, values).forEach(flat::set);
        return flat;
    }

    private static Map<String, JsonNode> byKey(String field, ObjectNode values) {
        Map<String, JsonNode> flat = new LinkedHashMap<>();
        values.properties().forEach(entry -> flatten(field, entry.getKey(), entry.getValue(), 1, flat));
        return flat;
    }

    private static void remove(ObjectNode values, String key) {
        for (String name : List.copyOf(values.propertyNames())) {
            if (name.equals(key) || name.startsWith(key + '.')) {
                values.remove(name);
            }
        }
    }

    private static void flatten(String field, String key, JsonNode value, int depth, Map<String, JsonNode> flat) {
        if (isNested(value) && depth < MAX_DEPTH) {
            value.properties()
                    .forEach(inner -> flatten(field, key + '.' + inner.getKey(), inner.getValue(), depth + 1, flat));
        } else if (flat.put(key, value) != null) {
            throw new InvalidValueException(field + '.' + key, "must be given once, in one of its spellings");
        }
    }
}
