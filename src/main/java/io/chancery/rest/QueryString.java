package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a raw query string. */
final class QueryString {

    private QueryString() {}

    /** Returns the decoded value of the first parameter of this name, or null if there is none. */
    static @Nullable String first(String query, String name) {
        int start = 0;
        while (start <= query.length()) {
            int end = query.indexOf('&', start);
            if (end < 0) {
                end = query.length();
            }
            if (query.startsWith(name, start)) {
                int equals = start + name.length();
                if (equals == end) {
                    return "";
                }
                if (equals < end && query.charAt(equals) == '=') {
                    return decoded(name, query.substring(equals + 1, end));
                }
            }
            start = end + 1;
        }
        return null;
    }

    private static String decoded(String name, String raw) {
        if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
            return raw;
        }
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(name, "has a percent sign that does not begin an escape");
        }
    }
}
