package io.chancery.manifest;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a record as {@link RecordReader} reads it: what a document may leave out is left out. Pure functions. */
final class RecordWriter {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RecordWriter() {}

    static ObjectNode write(Record value) {
        ObjectNode json = JSON.createObjectNode();
        for (RecordPlan.Part part : RecordPlan.of(value.getClass()).parts()) {
            Object field = part.in(value);
            if (!isLeftOut(part, field)) {
                json.set(part.name(), node(field));
            }
        }
        return json;
    }

    private static boolean isLeftOut(RecordPlan.Part part, Object value) {
        if (part.standard().isPresent()) {
            return part.standard().get().equals(value);
        }
        return switch (value) {
            case Optional<?> optional -> optional.isEmpty();
            case Collection<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case Boolean bool -> !bool;
            default -> false;
        };
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case Optional<?> optional -> node(optional.orElseThrow());
            case Collection<?> list -> {
                ArrayNode array = JSON.createArrayNode();
                list.forEach(element -> array.add(node(element)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = JSON.createObjectNode();
                map.forEach((key, element) -> object.set(String.valueOf(key), node(element)));
                yield object;
            }
            case Record nested when !ScalarType.isKnown(nested.getClass()) -> write(nested);
            default -> ScalarType.of(typeOf(value)).write(value);
        };
    }

    private static Class<?> typeOf(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.getDeclaringClass();
        }
        return value instanceof Boolean ? boolean.class : value.getClass();
    }
}
