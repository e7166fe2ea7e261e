package io.chancery.rest;

import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.Manifest;
import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a runtime layer as its own paths have them: those of the manifest and of its spec side by side, and each value
 * by its whole key. Never changes; a change makes another one.
 */
final class LayerFields {

    static final String VALUES = "values";
    static final String FALLBACK = "fallback";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LAYER = "layer";
    private static final String ORDER = "order";
    private static final List<String> OF_SPEC = List.of(LAYER, ORDER, VALUES, FALLBACK);
    private static final List<String> OF_MANIFEST = List.of("name", "nodes", "labels", "revision");

    /** What a document that was read has and nobody sets. */
    private static final Set<String> IGNORED = Set.of("time", "author", "file");

    private final ObjectNode fields;

    private LayerFields(ObjectNode fields) {
        this.fields = fields;
    }

    /** Those of a layer without values. */
    static LayerFields empty() {
        return new LayerFields(JSON.createObjectNode());
    }

    /** Those of a manifest of the kind RuntimeLayer. */
    static LayerFields of(Manifest manifest) {
        ObjectNode document = Documents.redacted(manifest);
        ObjectNode fields = JSON.createObjectNode();
        for (String field : List.of("nodes", "labels")) {
            if (document.has(field)) {
                fields.set(field, document.get(field));
            }
        }
        document.path("spec").properties().forEach(field -> fields.set(field.getKey(), field.getValue()));
        return new LayerFields(fields);
    }

    /** Reads what a request says a layer is to be. */
    static LayerFields read(JsonNode body) {
        ObjectNode fields = checked(body);
        for (String field : List.of(VALUES, FALLBACK)) {
            if (fields.get(field) instanceof ObjectNode values) {
                fields.set(field, RuntimeKeys.flat(field, values));
            }
        }
        return new LayerFields(fields);
    }

    /** Makes of these fields what a merge patch (RFC 7396) asks for, in which {@code null} removes all that is under a key. */
    LayerFields patched(JsonNode body) {
        ObjectNode patch = checked(body);
        ObjectNode patched = fields.deepCopy();
        for (String field : List.of(VALUES, FALLBACK)) {
            if (patch.get(field) instanceof ObjectNode changes) {
                ObjectNode current = patched.get(field) instanceof ObjectNode there ? there : JSON.createObjectNode();
                patched.set(field, RuntimeKeys.merged(field, current, changes));
                patch.remove(field);
            }
        }
        MergePatch.merge(patched, patch);
        return new LayerFields(patched);
    }

    /** The same with the value of one key patched. */
    LayerFields patched(String key, JsonNode value) {
        ObjectNode body = JSON.createObjectNode();
        body.putObject(VALUES).set(key, value);
        return patched(body);
    }

    /** The same with one key having exactly this value. */
    LayerFields with(String key, JsonNode value) {
        ObjectNode changed = fields.deepCopy();
        ObjectNode values = changed.get(VALUES) instanceof ObjectNode there ? there : changed.putObject(VALUES);
        values.set(key, value);
        return new LayerFields(changed);
    }

    /** The same without one key. */
    LayerFields without(String key) {
        ObjectNode changed = fields.deepCopy();
        if (changed.get(VALUES) instanceof ObjectNode values) {
            values.remove(key);
        }
        return new LayerFields(changed);
    }

    private static ObjectNode checked(JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            throw new InvalidValueException(
                    "body", "must be a JSON object with values, for example {\"values\": {\"shop.new_flow\": true}}");
        }
        ObjectNode known = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (OF_SPEC.contains(field.getKey()) || OF_MANIFEST.contains(field.getKey())) {
                known.set(field.getKey(), field.getValue());
            } else if (!IGNORED.contains(field.getKey())) {
                throw ManifestWriter.faulty(List.of(new Fault(
                        0,
                        field.getKey(),
                        "is not a field; there are " + String.join(", ", OF_SPEC)
                                + ", nodes, labels and revision, and runtime keys go into values")));
            }
        }
        return known;
    }

    /** The manifest's document. */
    ObjectNode toDocument() {
        ObjectNode document = JSON.createObjectNode();
        ObjectNode spec = document.putObject("spec");
        fields.properties()
                .forEach(field ->
                        (OF_SPEC.contains(field.getKey()) ? spec : document).set(field.getKey(), field.getValue()));
        return document;
    }

    @Nullable
    JsonNode field(String name) {
        return fields.get(name);
    }

    @Nullable
    String layer() {
        @Nullable JsonNode layer = fields.get(LAYER);
        return layer == null ? null : layer.stringValue();
    }

    int order() {
        return fields.path(ORDER).intValue(0);
    }

    /** By dotted keys. */
    ObjectNode values() {
        return fields.get(VALUES) instanceof ObjectNode values ? values : JSON.createObjectNode();
    }
}
