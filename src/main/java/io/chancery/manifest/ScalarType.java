package io.chancery.manifest;

import io.chancery.manifest.spec.Alpn;
import io.chancery.manifest.spec.BindAddress;
import io.chancery.manifest.spec.FractionalPercent;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.TlsVersion;
import io.chancery.model.Durations;
import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A value that a document has in one place: how it is read there, and how it is written.
 *
 * @param json its type in JSON, as JSON Schema has it
 * @param reading throws {@link InvalidValueException} saying what would be right
 */
record ScalarType(String json, Function<JsonNode, Object> reading, Function<Object, JsonNode> writing) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_DEPTH = 32;

    /** Up to here every whole number is one that double precision holds. */
    private static final double EXACT = 0x1p53;

    private static final Map<Class<?>, ScalarType> KNOWN = new HashMap<>();

    private static final ClassValue<ScalarType> ENUMS = new ClassValue<>() {
        @Override
        protected ScalarType computeValue(Class<?> type) {
            if (!type.isEnum()) {
                throw new IllegalArgumentException("a field cannot be a " + type);
            }
            return ofEnum(type);
        }
    };

    static {
        text(String.class, text -> text);
        text(Duration.class, Durations::parse, duration -> Durations.write((Duration) duration));
        text(Instant.class, ScalarType::instant);
        text(HostPort.class, HostPort::parse);
        text(HostName.class, HostName::parse);
        text(BindAddress.class, BindAddress::parse);
        text(TlsVersion.class, TlsVersion::parse);
        text(Alpn.class, Alpn::parse);
        ScalarType integer = new ScalarType("integer", ScalarType::integer, value -> JSON.valueToTree(value));
        KNOWN.put(int.class, integer);
        KNOWN.put(Integer.class, integer);
        KNOWN.put(boolean.class, new ScalarType("boolean", ScalarType::bool, value -> JSON.valueToTree(value)));
        KNOWN.put(Object.class, new ScalarType("object", json -> any(json, 0), value -> JSON.valueToTree(value)));
        KNOWN.put(Double.class, new ScalarType("number", ScalarType::number, value -> number((Double) value)));
        KNOWN.put(
                FractionalPercent.class,
                new ScalarType("object", json -> any(json, 0), value -> fraction((FractionalPercent) value)));
    }

    private static void text(Class<?> type, Function<String, Object> parse) {
        text(type, parse, Object::toString);
    }

    private static void text(Class<?> type, Function<String, Object> parse, Function<Object, String> write) {
        KNOWN.put(
                type,
                new ScalarType(
                        "string",
                        json -> parse.apply(string(json)),
                        value -> JSON.getNodeFactory().stringNode(write.apply(value))));
    }

    static boolean isKnown(Class<?> type) {
        return KNOWN.containsKey(type);
    }

    static ScalarType of(Class<?> type) {
        @Nullable ScalarType known = KNOWN.get(type);
        if (known != null) {
            return known;
        }
        return ENUMS.get(type);
    }

    /** Constants as documents spell them: {@code round-robin}. */
    static Map<String, Object> spellings(Class<?> type) {
        Map<String, Object> spellings = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            spellings.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        return spellings;
    }

    private static ScalarType ofEnum(Class<?> type) {
        Map<String, Object> spellings = spellings(type);
        return new ScalarType(
                "string",
                json -> {
                    @Nullable Object constant = json.isString() ? spellings.get(json.stringValue()) : null;
                    if (constant == null) {
                        throw new InvalidValueException("", "must be one of " + String.join(", ", spellings.keySet()));
                    }
                    return constant;
                },
                value -> JSON.getNodeFactory()
                        .stringNode(spellings.entrySet().stream()
                                .filter(entry -> entry.getValue().equals(value))
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElseThrow()));
    }

    Object read(JsonNode node) {
        return reading.apply(node);
    }

    JsonNode write(Object value) {
        return writing.apply(value);
    }

    private static String string(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        // YAML takes 1.2 for a number.
        if (node.isNumber() || node.isBoolean()) {
            return node.asString();
        }
        throw new InvalidValueException("", "must be a string");
    }

    private static Object instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidValueException("", "must be a time in UTC, for example 2026-01-31T12:00:00Z");
        }
    }

    private static Object integer(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToInt()) {
            return node.intValue();
        }
        if (node.isString() && node.stringValue().matches("[+-]?\\d{1,9}")) {
            return Integer.parseInt(node.stringValue());
        }
        throw new InvalidValueException("", "must be a whole number");
    }

    private static Object bool(JsonNode node) {
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isString()
                && (node.stringValue().equals("true") || node.stringValue().equals("false"))) {
            return node.stringValue().equals("true");
        }
        throw new InvalidValueException("", "must be true or false");
    }

    private static Object any(JsonNode node, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidValueException("", "must not nest deeper than " + MAX_DEPTH + " levels");
        }
        if (node.isObject()) {
            return node.properties().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> any(entry.getValue(), depth + 1), (a, _) -> a, TreeMap::new));
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNumber()) {
            return number(node);
        }
        throw new InvalidValueException("", "must be a number, a boolean, text, or an object of such");
    }

    /** What cannot be kept as it is written is refused, for nobody would see that it is another number. */
    private static Object number(JsonNode node) {
        double value = node.isNumber() ? node.doubleValue() : Double.NaN;
        if (!Double.isFinite(value)
                || (node.isIntegralNumber() && new BigDecimal(value).compareTo(node.decimalValue()) != 0)) {
            throw new InvalidValueException("", "must be a number that double precision can hold");
        }
        return value;
    }

    private static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) <= EXACT
                ? JSON.getNodeFactory().numberNode((long) value)
                : JSON.getNodeFactory().numberNode(value);
    }

    private static JsonNode fraction(FractionalPercent percent) {
        return JSON.createObjectNode()
                .put("numerator", percent.numerator())
                .put("denominator", percent.denominator().name());
    }
}
