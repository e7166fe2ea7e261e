package io.chancery.manifest;

import io.chancery.manifest.spec.Field;
import io.chancery.model.InvalidValueException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an object of a document as a record whose components are its fields, and gathers all that is wrong with it.
 *
 * <p>A component is a scalar that {@link ScalarType} knows, an enum, another record, or an {@code Optional}, {@code List} or
 * {@code SortedMap} of such. A single value stands for a list of one. What is left out is the component's
 * {@link Field#otherwise}, else nothing where the type has that, else a fault.
 */
final class RecordReader {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Faults faults;

    RecordReader(Faults faults) {
        this.faults = faults;
    }

    /** Returns null where there were faults, which were added. */
    <R extends Record> @Nullable R read(Class<R> type, String path, JsonNode json) {
        RecordPlan plan = RecordPlan.of(type);
        if (!json.isObject()) {
            faults.add(path, "must be an object with " + plan.fields());
            return null;
        }
        int before = faults.size();
        for (String field : json.propertyNames()) {
            if (!plan.names().contains(field)) {
                faults.add(at(path, field), "is not a field; there are " + plan.fields());
            }
        }
        @Nullable Object[] values = new @Nullable Object[plan.parts().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = component(plan.parts().get(i), path, json);
        }
        return faults.size() > before ? null : make(type, path, plan, values);
    }

    private @Nullable Object component(RecordPlan.Part part, String path, JsonNode json) {
        @Nullable JsonNode given = json.get(part.name());
        if (given != null && !given.isNull()) {
            return value(part.type(), at(path, part.name()), given);
        }
        if (part.standard().isPresent()) {
            return part.standard().get();
        }
        return switch (raw(part.type())) {
            case Class<?> type when type == Optional.class -> Optional.empty();
            case Class<?> type when type == List.class -> List.of();
            case Class<?> type when type == SortedMap.class -> new TreeMap<>();
            case Class<?> type when type == boolean.class -> false;
            default -> {
                faults.add(at(path, part.name()), "must be given: " + part.name() + " " + part.meaning());
                yield null;
            }
        };
    }

    /** The value that counts where a field is left out. */
    static Object standard(Type type, String otherwise) {
        return Objects.requireNonNull(
                new RecordReader(new Faults(0))
                        .value(type, "", JSON.getNodeFactory().stringNode(otherwise)),
                () -> otherwise + " cannot be what counts where a " + type + " is left out");
    }

    private @Nullable Object value(Type type, String path, JsonNode json) {
        Class<?> raw = raw(type);
        if (raw == Optional.class) {
            @Nullable Object value = value(argument(type, 0), path, json);
            return value == null ? null : Optional.of(value);
        }
        if (raw == List.class) {
            return list(argument(type, 0), path, json);
        }
        if (raw == SortedMap.class) {
            return map(argument(type, 1), path, json);
        }
        if (raw.isRecord() && !ScalarType.isKnown(raw)) {
            return read(raw.asSubclass(Record.class), path, json);
        }
        try {
            return ScalarType.of(raw).read(json);
        } catch (InvalidValueException e) {
            faults.add(path, e.reason());
            return null;
        }
    }

    private @Nullable List<Object> list(Type element, String path, JsonNode json) {
        if (!json.isArray()) {
            @Nullable Object only = value(element, path, json);
            return only == null ? null : List.of(only);
        }
        List<Object> list = new ArrayList<>(json.size());
        for (int i = 0; i < json.size(); i++) {
            @Nullable Object value = value(element, path + '[' + i + ']', json.get(i));
            if (value != null) {
                list.add(value);
            }
        }
        return list.size() < json.size() ? null : list;
    }

    private @Nullable SortedMap<String, Object> map(Type element, String path, JsonNode json) {
        if (!json.isObject()) {
            faults.add(path, "must be an object");
            return null;
        }
        SortedMap<String, Object> map = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            @Nullable Object value = value(element, at(path, entry.getKey()), entry.getValue());
            if (value != null) {
                map.put(entry.getKey(), value);
            }
        }
        return map.size() < json.size() ? null : map;
    }

    private <R extends Record> @Nullable R make(
            Class<R> type, String path, RecordPlan plan, @Nullable Object[] values) {
        try {
            return type.cast(plan.constructor().newInstance(values));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidValueException wrong) {
                faults.add(wrong.field().isEmpty() ? path : at(path, wrong.field()), wrong.reason());
                return null;
            }
            throw new IllegalStateException(type + " cannot be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            default -> throw new IllegalArgumentException("a field cannot be a " + type);
        };
    }

    static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    private static String at(String path, String field) {
        return path.isEmpty() ? field : path + '.' + field;
    }
}
