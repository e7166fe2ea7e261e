package io.chancery.rest;

import io.chancery.manifest.SpecDescription;
import io.chancery.manifest.SpecDescription.FieldDescription;
import io.chancery.manifest.SpecDescription.Shape;
import io.chancery.manifest.spec.ManifestKind;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The specs of manifests as the API's description has them. Pure functions. */
final class SpecSchemas {

    /** What a document's {@code spec} may be. */
    static final String SPEC = "ManifestSpec";

    private SpecSchemas() {}

    /** By name: each object that can be in a spec, and {@value #SPEC}, which is one of those that are specs. */
    static Map<String, Schema<?>> all() {
        Map<String, Schema<?>> schemas = new TreeMap<>();
        SpecDescription.all().forEach(one -> schemas.put(one.name(), object(one)));
        Schema<Object> spec = new Schema<>();
        for (ManifestKind kind : ManifestKind.values()) {
            SpecDescription.specs(kind).forEach(name -> spec.addOneOfItem(new Schema<>().$ref(name)));
        }
        ObjectSchema resource = new ObjectSchema();
        resource.setDescription("Of the kind Resource: protobuf JSON of the message that @type names");
        resource.addProperty("@type", new StringSchema());
        resource.setRequired(List.of("@type"));
        spec.addOneOfItem(resource);
        schemas.put(SPEC, spec);
        return schemas;
    }

    private static Schema<?> object(SpecDescription description) {
        Schema<?> schema = new ObjectSchema();
        schema.setAdditionalProperties(false);
        for (FieldDescription field : description.fields()) {
            Schema<?> property = shape(field.shape());
            if (property.get$ref() == null) {
                property.setDescription(field.name() + " " + field.meaning());
                if (!field.otherwise().isEmpty()) {
                    property.addExtension("x-left-out", field.otherwise());
                }
            }
            schema.addProperty(field.name(), property);
            if (field.required()) {
                schema.addRequiredItem(field.name());
            }
        }
        return schema;
    }

    private static Schema<?> shape(Shape shape) {
        return switch (shape) {
            case Shape.One(String json, List<String> values) -> one(json, values);
            case Shape.Many(Shape element) -> new ArraySchema().items(shape(element));
            case Shape.Keyed(Shape element) -> new ObjectSchema().additionalProperties(shape(element));
            case Shape.Described(String name) -> new Schema<>().$ref(name);
        };
    }

    private static Schema<?> one(String json, List<String> values) {
        return switch (json) {
            case "integer" -> new IntegerSchema();
            case "boolean" -> new BooleanSchema();
            case "string" -> {
                StringSchema text = new StringSchema();
                values.forEach(text::addEnumItem);
                yield text;
            }
            default -> new Schema<>();
        };
    }
}
