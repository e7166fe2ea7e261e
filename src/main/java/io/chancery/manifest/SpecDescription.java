package io.chancery.manifest;

import io.chancery.manifest.spec.Field;
import io.chancery.manifest.spec.ManifestKind;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the documents of one object in a spec may have, for people and for tools.
 *
 * @param name of the object, for example {@code Route}
 * @param fields in the order in which they are read
 */
public record SpecDescription(String name, List<FieldDescription> fields) {

    /**
     * One field.
     *
     * @param meaning one sentence after its subject, the field
     * @param otherwise what counts where it is left out, empty if that is nothing
     * @param required whether it must be given
     */
    public record FieldDescription(String name, String meaning, String otherwise, boolean required, Shape shape) {}

    /** What stands in a field. */
    public sealed interface Shape {

        /**
         * One value.
         *
         * @param json its type in JSON
         * @param values all that there are, empty where there is no end of them
         */
        record One(String json, List<String> values) implements Shape {}

        record Many(Shape element) implements Shape {}

        /** By keys that are up to the writer. */
        record Keyed(Shape element) implements Shape {}

        /** An object that has a description of its own, by name. */
        record Described(String name) implements Shape {}
    }

    /** The objects that are a kind's specs; none for one whose specs are Envoy's own messages. */
    public static List<String> specs(ManifestKind kind) {
        return SpecReader.types(kind).stream().map(Class::getSimpleName).toList();
    }

    /** Describes every object that can be in a spec, a spec before its parts. */
    public static List<SpecDescription> all() {
        Map<Class<?>, SpecDescription> found = new LinkedHashMap<>();
        for (ManifestKind kind : ManifestKind.values()) {
            SpecReader.types(kind).forEach(type -> describe(type, found));
        }
        return List.copyOf(found.values());
    }

    private static void describe(Class<?> type, Map<Class<?>, SpecDescription> found) {
        if (!found.containsKey(type)) {
            List<FieldDescription> fields = new ArrayList<>();
            // Takes its place before its parts, and meets itself no second time.
            found.put(type, new SpecDescription(type.getSimpleName(), fields));
            for (RecordComponent component : type.getRecordComponents()) {
                fields.add(field(component));
                part(component.getGenericType()).ifPresent(part -> describe(part, found));
            }
        }
    }

    private static FieldDescription field(RecordComponent component) {
        Field field = component.getAnnotation(Field.class);
        Class<?> raw = component.getType();
        boolean required = field.otherwise().isEmpty()
                && raw != Optional.class
                && raw != List.class
                && raw != SortedMap.class
                && raw != boolean.class;
        return new FieldDescription(
                component.getName(), field.value(), field.otherwise(), required, shape(component.getGenericType()));
    }

    private static Shape shape(Type type) {
        Class<?> raw = RecordReader.raw(type);
        if (raw == Optional.class) {
            return shape(RecordReader.argument(type, 0));
        }
        if (raw == List.class) {
            return new Shape.Many(shape(RecordReader.argument(type, 0)));
        }
        if (raw == SortedMap.class) {
            return new Shape.Keyed(shape(RecordReader.argument(type, 1)));
        }
        if (raw.isRecord() && !ScalarType.isKnown(raw)) {
            return new Shape.Described(raw.getSimpleName());
        }
        return new Shape.One(
                ScalarType.of(raw).json(),
                raw.isEnum() ? List.copyOf(ScalarType.spellings(raw).keySet()) : List.of());
    }

    private static Optional<Class<?>> part(Type type) {
        Class<?> raw = RecordReader.raw(type);
        if (raw == Optional.class || raw == List.class) {
            return part(RecordReader.argument(type, 0));
        }
        if (raw == SortedMap.class) {
            return part(RecordReader.argument(type, 1));
        }
        return raw.isRecord() && !ScalarType.isKnown(raw) ? Optional.of(raw) : Optional.empty();
    }
}
