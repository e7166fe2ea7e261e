package io.chancery.manifest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds protobuf JSON against the message that it is to become, and says of each fault where it is; the protobuf library
 * would say of the first one what it is.
 */
final class JsonShape {

    private static final String TYPE = "@type";

    /** Envoy's parser goes no deeper. */
    private static final int MAX_DEPTH = 100;

    private static final int MAX_LISTED = 12;
    private static final Pattern DURATION = Pattern.compile("-?\\d{1,12}(\\.\\d{1,9})?s");

    private final Faults faults;

    JsonShape(Faults faults) {
        this.faults = faults;
    }

    /**
     * Checks an object that has a type of its own.
     *
     * @return the empty message of its type, unless it names none that is known
     */
    Optional<Message> checkAny(String path, JsonNode any, int depth) {
        @Nullable JsonNode url = any.get(TYPE);
        if (url == null || !url.isString()) {
            faults.add(
                    join(path, TYPE), "must be given, for example type.googleapis.com/envoy.config.cluster.v3.Cluster");
            return Optional.empty();
        }
        Optional<Message> type = MessageTypes.find(url.stringValue());
        if (type.isEmpty()) {
            faults.add(
                    join(path, TYPE),
                    "must be type.googleapis.com/ and the name of a message of Envoy's v3 API that this version knows");
            return type;
        }
        Descriptor message = type.get().getDescriptorForType();
        if (isWellKnown(message)) {
            @Nullable JsonNode value = any.get("value");
            if (value == null) {
                faults.add(join(path, "value"), "must be given where " + TYPE + " is " + message.getFullName());
            } else {
                checkMessage(join(path, "value"), value, message, depth);
            }
        } else {
            checkFields(path, any, message, depth);
        }
        return type;
    }

    private void checkMessage(String path, JsonNode json, Descriptor type, int depth) {
        if (depth > MAX_DEPTH) {
            faults.add(path, "must not nest deeper than " + MAX_DEPTH + " levels");
            return;
        }
        switch (type.getFullName()) {
            case "google.protobuf.Any" -> {
                if (!json.isObject()) {
                    faults.add(path, "must be an object with " + TYPE);
                } else if (!json.isEmpty()) {
                    checkAny(path, json, depth + 1);
                }
            }
            case "google.protobuf.Duration" -> {
                if (!json.isString() || !DURATION.matcher(json.stringValue()).matches()) {
                    faults.add(path, "must be a duration in seconds, for example \"2.5s\"");
                }
            }
            case "google.protobuf.Timestamp", "google.protobuf.FieldMask" -> {
                if (!json.isString()) {
                    faults.add(path, "must be a string");
                }
            }
            case "google.protobuf.Struct" -> {
                if (!json.isObject()) {
                    faults.add(path, "must be an object");
                }
                checkDepth(path, json, depth);
            }
            case "google.protobuf.ListValue" -> {
                if (!json.isArray()) {
                    faults.add(path, "must be a list");
                }
                checkDepth(path, json, depth);
            }
            case "google.protobuf.Value" -> checkDepth(path, json, depth);
            default -> {
                if (isWrapper(type)) {
                    checkScalar(path, json, type.findFieldByName("value"));
                } else if (json.isObject()) {
                    checkFields(path, json, type, depth);
                } else {
                    faults.add(path, "must be an object: " + type.getFullName());
                }
            }
        }
    }

    /** What has no type can still be too deep. */
    private void checkDepth(String path, JsonNode json, int depth) {
        if (depth > MAX_DEPTH) {
            faults.add(path, "must not nest deeper than " + MAX_DEPTH + " levels");
        } else {
            json.values().forEach(inner -> {
                if (inner.isContainer()) {
                    checkDepth(path, inner, depth + 1);
                }
            });
        }
    }

    private void checkFields(String path, JsonNode json, Descriptor type, int depth) {
        Set<FieldDescriptor> seen = new HashSet<>();
        Map<OneofDescriptor, String> chosen = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String name = entry.getKey();
            String place = join(path, name);
            @Nullable FieldDescriptor field = field(type, name);
            if (field == null) {
                if (!name.equals(TYPE)) {
                    faults.add(place, "is not a field of " + type.getFullName() + "; " + known(type, name));
                }
                continue;
            }
            if (!seen.add(field)) {
                faults.add(place, "must be given once, in one of its two spellings");
            }
            if (!entry.getValue().isNull() || isValue(field)) {
                @Nullable OneofDescriptor oneof = field.getContainingOneof();
                @Nullable String other = oneof == null ? null : chosen.putIfAbsent(oneof, name);
                if (other != null) {
                    faults.add(place, "must not be given together with " + other);
                }
                checkField(place, entry.getValue(), field, depth);
            }
        }
    }

    private void checkField(String path, JsonNode json, FieldDescriptor field, int depth) {
        if (field.isMapField()) {
            if (!json.isObject()) {
                faults.add(path, "must be an object");
                return;
            }
            Descriptor entry = field.getMessageType();
            json.properties().forEach(item -> {
                String place = join(path, item.getKey());
                ScalarShape.of(entry.findFieldByName("key"))
                        .faultOfKey(item.getKey())
                        .ifPresent(reason -> faults.add(place, reason));
                checkOne(place, item.getValue(), entry.findFieldByName("value"), depth);
            });
        } else if (field.isRepeated()) {
            if (!json.isArray()) {
                faults.add(path, "must be a list");
                return;
            }
            for (int i = 0; i < json.size(); i++) {
                checkOne(path + '[' + i + ']', json.get(i), field, depth);
            }
        } else {
            checkOne(path, json, field, depth);
        }
    }

    private void checkOne(String path, JsonNode json, FieldDescriptor field, int depth) {
        if (json.isNull() && !isValue(field)) {
            faults.add(path, "must not be null");
            return;
        }
        switch (field.getJavaType()) {
            case MESSAGE -> checkMessage(path, json, field.getMessageType(), depth + 1);
            case ENUM -> checkEnum(path, json, field.getEnumType());
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> checkScalar(path, json, field);
        }
    }

    private void checkEnum(String path, JsonNode json, EnumDescriptor type) {
        if (type.getFullName().equals("google.protobuf.NullValue")) {
            return;
        }
        boolean known = json.isString()
                ? type.findValueByName(json.stringValue()) != null
                : json.canConvertToInt() && json.isIntegralNumber() && type.findValueByNumber(json.intValue()) != null;
        if (!known) {
            faults.add(
                    path,
                    "must be one of "
                            + type.getValues().stream()
                                    .map(EnumValueDescriptor::getName)
                                    .collect(Collectors.joining(", ")));
        }
    }

    private void checkScalar(String path, JsonNode json, FieldDescriptor field) {
        ScalarShape.of(field).fault(json).ifPresent(reason -> faults.add(path, reason));
    }

    private static @Nullable FieldDescriptor field(Descriptor type, String name) {
        @Nullable FieldDescriptor field = type.findFieldByName(name);
        if (field == null) {
            for (FieldDescriptor candidate : type.getFields()) {
                if (candidate.getJsonName().equals(name)) {
                    return candidate;
                }
            }
        }
        return field;
    }

    private static String known(Descriptor type, String name) {
        List<String> near = type.getFields().stream()
                .flatMap(field -> Stream.of(field.getName()))
                .filter(field -> isNear(field, name))
                .toList();
        if (!near.isEmpty()) {
            return "perhaps " + String.join(" or ", near) + " is meant";
        }
        List<FieldDescriptor> fields = type.getFields();
        if (fields.isEmpty()) {
            return "that message has none";
        }
        return fields.size() > MAX_LISTED
                ? "Envoy's API reference lists the " + fields.size() + " that there are"
                : "there are " + fields.stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
    }

    /** At most two letters missing, added or wrong. */
    private static boolean isNear(String one, String other) {
        if (Math.abs(one.length() - other.length()) > 2) {
            return false;
        }
        int[] above = new int[other.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[other.length()] <= 2;
    }

    /** For a field of this kind null is a value like others. */
    private static boolean isValue(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName().equals("google.protobuf.Value");
            case ENUM -> field.getEnumType().getFullName().equals("google.protobuf.NullValue");
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> false;
        };
    }

    /** Messages that JSON writes otherwise than as an object of their fields, so that in an Any they are a {@code value}. */
    private static boolean isWellKnown(Descriptor type) {
        return switch (type.getFullName()) {
            case "google.protobuf.Any",
                    "google.protobuf.Duration",
                    "google.protobuf.Timestamp",
                    "google.protobuf.FieldMask",
                    "google.protobuf.Struct",
                    "google.protobuf.ListValue",
                    "google.protobuf.Value" -> true;
            default -> isWrapper(type);
        };
    }

    private static boolean isWrapper(Descriptor type) {
        return type.getFile().getFullName().equals("google/protobuf/wrappers.proto");
    }

    private static String join(String path, String name) {
        return path + '.' + name;
    }
}
