package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values that Envoy looks up while it runs. */
public record RuntimeLayer(
        @Field(
                "are the values, by keys that may be dotted or nested: numbers, booleans, text, or a fractional percent as {numerator, denominator}")
        SortedMap<String, Object> values)
        implements Spec {

    private static final int MAX_DEPTH = 16;

    public RuntimeLayer {
        check(values, 1);
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    private static void check(Map<?, ?> values, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidValueException("values", "must not nest deeper than " + MAX_DEPTH + " levels");
        }
        values.forEach((key, value) -> {
            Bounds.printable("values", String.valueOf(key));
            switch (value) {
                case Map<?, ?> nested -> check(nested, depth + 1);
                case String _, Boolean _, Double _ -> {}
                default -> throw new IllegalArgumentException("a runtime value cannot be a " + value.getClass());
            }
        });
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.RUNTIME_LAYER;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of(new DeclaredName(ResourceType.RUNTIME, name));
    }
}
