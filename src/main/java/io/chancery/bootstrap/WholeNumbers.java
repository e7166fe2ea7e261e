package io.chancery.bootstrap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whole numbers as Envoy must find them in YAML: {@code 8.0} it takes for text there, and a fraction with such a numerator it
 * never uses. Pure functions.
 */
final class WholeNumbers {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double EXACT = 0x1p53;

    private WholeNumbers() {}

    /** Returns the same values, with whole numbers written as such. */
    static JsonNode in(JsonNode json) {
        return switch (json) {
            case ObjectNode object -> {
                ObjectNode copy = JSON.createObjectNode();
                object.properties().forEach(field -> copy.set(field.getKey(), in(field.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JSON.createArrayNode();
                array.forEach(element -> copy.add(in(element)));
                yield copy;
            }
            case JsonNode value
            when value.isFloatingPointNumber() && isWhole(value.doubleValue()) ->
                JSON.getNodeFactory().numberNode((long) value.doubleValue());
            default -> json;
        };
    }

    private static boolean isWhole(double value) {
        return value == Math.rint(value) && Math.abs(value) <= EXACT;
    }
}
