package io.chancery.manifest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How JSON writes a value that is neither message nor enum. */
enum ScalarShape {
    INT32("a whole number from -2147483648 to 2147483647"),
    UINT32("a whole number from 0 to 4294967295"),
    INT64("a whole number from -9223372036854775808 to 9223372036854775807"),
    UINT64("a whole number from 0 to 18446744073709551615"),
    FLOAT("a number that single precision can hold"),
    DOUBLE("a number that double precision can hold"),
    BOOL("true or false"),
    STRING("a string"),
    BYTES("a string in base64");

    private static final int MAX_DIGITS = 40;

    private final String wanted;

    ScalarShape(String wanted) {
        this.wanted = wanted;
    }

    static ScalarShape of(FieldDescriptor field) {
        return switch (field.getType()) {
            case INT32, SINT32, SFIXED32 -> INT32;
            case UINT32, FIXED32 -> UINT32;
            case INT64, SINT64, SFIXED64 -> INT64;
            case UINT64, FIXED64 -> UINT64;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case BOOL -> BOOL;
            case STRING -> STRING;
            case BYTES -> BYTES;
            case MESSAGE, GROUP, ENUM -> throw new IllegalArgumentException(field + " is no scalar");
        };
    }

    /** What is wrong with a value, or empty. */
    Optional<String> fault(JsonNode json) {
        boolean right = switch (this) {
            case INT32, UINT32, INT64, UINT64 -> (json.isNumber() || json.isString()) && isWhole(json.asString());
            case FLOAT, DOUBLE ->
                json.isNumber() ? isFinite(json.doubleValue()) : json.isString() && isNumber(json.stringValue());
            case BOOL -> json.isBoolean();
            case STRING -> json.isString();
            case BYTES -> json.isString() && isBase64(json.stringValue());
        };
        return right ? Optional.empty() : Optional.of("must be " + wanted);
    }

    /** What is wrong with the key of a map, or empty. */
    Optional<String> faultOfKey(String key) {
        boolean right = switch (this) {
            case INT32, UINT32, INT64, UINT64 -> isWhole(key);
            case BOOL -> key.equals("true") || key.equals("false");
            case STRING -> true;
            case FLOAT, DOUBLE, BYTES -> false;
        };
        return right ? Optional.empty() : Optional.of("must have as its key " + wanted);
    }

    private boolean isWhole(String text) {
        try {
            BigDecimal value = new BigDecimal(text);
            // An exponent of a billion is quickly read, and takes for ever to be written out.
            if (value.signum() != 0 && Math.abs((long) value.precision() - value.scale()) > MAX_DIGITS) {
                return false;
            }
            BigInteger whole = value.toBigIntegerExact();
            return switch (this) {
                case INT32 -> whole.bitLength() < 32;
                case UINT32 -> whole.signum() >= 0 && whole.bitLength() <= 32;
                case INT64 -> whole.bitLength() < 64;
                case UINT64 -> whole.signum() >= 0 && whole.bitLength() <= 64;
                case FLOAT, DOUBLE, BOOL, STRING, BYTES -> false;
            };
        } catch (ArithmeticException | NumberFormatException e) {
            return false;
        }
    }

    private boolean isNumber(String text) {
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return true;
        }
        try {
            return isFinite(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean isFinite(double value) {
        return Double.isFinite(value) && (this == DOUBLE || Float.isFinite((float) value));
    }

    private static boolean isBase64(String text) {
        String common = text.replace('-', '+').replace('_', '/');
        try {
            Base64.getDecoder().decode(common);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
