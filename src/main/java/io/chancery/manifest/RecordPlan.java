package io.chancery.manifest;

import io.chancery.manifest.spec.Field;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a record is read and written: found out by reflection once, as a document may have thousands of its kind.
 *
 * @param names of the components
 */
record RecordPlan(List<Part> parts, Set<String> names, Constructor<?> constructor) {

    private static final ClassValue<RecordPlan> PLANS = new ClassValue<>() {
        @Override
        protected RecordPlan computeValue(Class<?> type) {
            return make(type);
        }
    };

    /**
     * One component.
     *
     * @param meaning one sentence without its subject
     * @param standard the value where a document leaves it out, if one is declared
     */
    record Part(String name, Type type, String meaning, Optional<Object> standard, Method accessor) {

        Object in(Record value) {
            try {
                return accessor.invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(name + " cannot be read", e);
            }
        }
    }

    static RecordPlan of(Class<?> type) {
        return PLANS.get(type);
    }

    private static RecordPlan make(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Set<String> names = new LinkedHashSet<>();
        List<Part> parts = new ArrayList<>();
        for (RecordComponent component : components) {
            names.add(component.getName());
            parts.add(part(component));
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return new RecordPlan(parts, names, type.getDeclaredConstructor(types));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    private static Part part(RecordComponent component) {
        Field field = component.getAnnotation(Field.class);
        Type type = component.getGenericType();
        return new Part(
                component.getName(),
                type,
                field.value(),
                field.otherwise().isEmpty()
                        ? Optional.empty()
                        : Optional.of(RecordReader.standard(type, field.otherwise())),
                component.getAccessor());
    }

    String fields() {
        return String.join(", ", names);
    }
}
