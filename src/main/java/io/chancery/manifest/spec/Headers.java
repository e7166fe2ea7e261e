package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.regex.Pattern;

/** Names and values of HTTP headers (RFC 9110). */
final class Headers {

    private static final Pattern NAME = Pattern.compile(":?[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private Headers() {}

    static void checkName(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(field, "must be the name of a header, for example x-team");
        }
    }

    /** One that may be set: those that begin with a colon, and Host, Envoy does not let be changed so. */
    static void checkChangeable(String field, String name) {
        checkName(field, name);
        if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
            throw new InvalidValueException(
                    field, "must not be " + (name.startsWith(":") ? "a pseudo header" : "host; there is hostRewrite"));
        }
    }

    static void checkValue(String field, String value) {
        if (value.length() > 8_192 || value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
            throw new InvalidValueException(field, "must have values of at most 8192 printable characters");
        }
    }
}
