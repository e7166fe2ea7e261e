package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON merge patches (RFC 7396). */
final class MergePatch {

    private final JsonMapper json;

    /** @param json refuses unknown fields */
    MergePatch(JsonMapper json) {
        this.json = json;
    }

    /** @throws tools.jackson.core.JacksonException if the outcome is not a set of attributes */
    EndpointAttributes apply(EndpointAttributes attributes, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            throw new InvalidValueException("body", "must be a JSON object");
        }
        ObjectNode target = json.valueToTree(attributes);
        merge(target, changes);
        return json.treeToValue(target, EndpointAttributes.class);
    }

    /** Makes of an object what a patch asks for. */
    static void merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            String name = change.getKey();
            switch (change.getValue()) {
                case JsonNode value when value.isNull() -> target.remove(name);
                case ObjectNode nested -> {
                    ObjectNode inner = target.get(name) instanceof ObjectNode existing ? existing : target.objectNode();
                    merge(inner, nested);
                    target.set(name, inner);
                }
                case JsonNode value -> target.set(name, value);
            }
        }
    }
}
