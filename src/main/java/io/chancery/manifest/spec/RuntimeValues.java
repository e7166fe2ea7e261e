package io.chancery.manifest.spec;

import io.chancery.model.Alphabet;
import io.chancery.model.InvalidValueException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Runtime values by their whole keys. A document may spell a key dotted or nested; Envoy takes both for the same, and of a
 * key that is there in both spellings it takes either. Pure functions.
 */
final class RuntimeValues {

    private static final int MAX_KEY = 256;
    private static final int MAX_DEPTH = 16;

    /** All that the names of clusters and routes, which are parts of Envoy's own keys, are made of in practice. */
    private static final Alphabet KEY = new Alphabet("._-/:@+~|");

    private static final String KEY_RULE = "must have as its key 1 to " + MAX_KEY
            + " letters, digits and . _ - / : @ + ~ |, with something on both sides of each dot";

    private RuntimeValues() {}

    /**
     * Returns the values by dotted keys, each a {@code Double}, a {@code Boolean}, a {@code String} or a
     * {@link FractionalPercent}.
     *
     * @param field that has them, for the faults
     * @param tree may nest, and may have fractional percents as objects or in their short form
     */
    static SortedMap<String, Object> flat(String field, Map<?, ?> tree) {
        SortedMap<String, Object> flat = new TreeMap<>();
        tree.forEach((key, value) -> add(field + '.', String.valueOf(key), value, 1, flat));
        return Collections.unmodifiableSortedMap(flat);
    }

    private static void add(String path, String key, Object value, int depth, SortedMap<String, Object> flat) {
        if (value instanceof Map<?, ?> object && !FractionalPercent.isMeant(object)) {
            checkNesting(path + key, object, depth);
            object.forEach((name, inner) -> add(path, key + '.' + name, inner, depth + 1, flat));
            return;
        }
        if (!isKey(key)) {
            throw new InvalidValueException(path + key, KEY_RULE);
        }
        if (flat.put(key, leaf(path + key, value)) != null) {
            throw new InvalidValueException(path + key, "must be given once, in one of its spellings");
        }
    }

    private static void checkNesting(String path, Map<?, ?> object, int depth) {
        if (object.isEmpty()) {
            throw new InvalidValueException(path, "must not be empty");
        }
        if (depth >= MAX_DEPTH) {
            throw new InvalidValueException(path, "must not nest deeper than " + MAX_DEPTH + " levels");
        }
    }

    private static Object leaf(String path, Object value) {
        try {
            return switch (value) {
                case Map<?, ?> object -> FractionalPercent.of(object);
                case String text ->
                    FractionalPercent.ofText(text)
                            .<Object>map(percent -> percent)
                            .orElse(text);
                case Boolean _, Double _, FractionalPercent _ -> value;
                default -> throw new IllegalArgumentException("a runtime value cannot be a " + value.getClass());
            };
        } catch (InvalidValueException e) {
            throw new InvalidValueException(e.field().isEmpty() ? path : path + '.' + e.field(), e.reason());
        }
    }

    private static boolean isKey(String key) {
        return key.length() <= MAX_KEY
                && KEY.hasAllOf(key)
                && !key.isEmpty()
                && !key.startsWith(".")
                && !key.endsWith(".")
                && !key.contains("..");
    }
}
