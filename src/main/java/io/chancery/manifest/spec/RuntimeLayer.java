package io.chancery.manifest.spec;

import io.chancery.model.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Values that Envoy looks up while it runs.
 *
 * @param values by dotted keys, each a {@code Double}, a {@code Boolean}, a {@code String} or a {@link FractionalPercent}
 * @param fallback likewise
 */
public record RuntimeLayer(
        @Field("is the name by which Envoys ask for the layer; left out, the manifest's")
        Optional<String> layer,

        @Field(
                value =
                        "is where the layer stands in a bootstrap that names no layers, -1000 to 1000: of a key in several layers the value counts that has the highest order, then the last name",
                otherwise = "0")
        int order,

        @Field(
                "are the values, by keys that may be dotted or nested: numbers, booleans, text, or a fractional percent as {numerator, denominator} or 12.5%")
        SortedMap<String, Object> values,

        @Field(
                "are the values that a bootstrap has for an Envoy that starts while Chancery is away; left out, the values when it was made")
        Optional<SortedMap<String, Object>> fallback)
        implements Spec {

    private static final int MAX_ORDER = 1_000;

    public RuntimeLayer {
        Bounds.printable("layer", layer);
        Bounds.range("order", order, -MAX_ORDER, MAX_ORDER);
        values = RuntimeValues.flat("values", values);
        fallback = fallback.map(given -> RuntimeValues.flat("fallback", given));
    }

    /**
     * The name by which Envoys ask for it.
     *
     * @param name the manifest's
     */
    public String layerName(String name) {
        return layer.orElse(name);
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.RUNTIME_LAYER;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of(new DeclaredName(ResourceType.RUNTIME, layerName(name)));
    }
}
