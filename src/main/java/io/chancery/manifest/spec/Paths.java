package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Paths of URLs, as fields have them: in the form in which Envoy compares a request's path, or they would match nothing.
 * It takes away doubled slashes and dot segments, takes a backslash for a slash, and unescapes slashes and what needs no
 * escape (RFC 3986, section 2.3).
 */
final class Paths {

    private static final Pattern NOT_COMPARED_SO = Pattern.compile("//|/\\.{1,2}(?:/|$)|\\\\|%(?!\\p{XDigit}{2})"
            + "|%(?:2[DdEeFf]|3\\d|[46][1-9A-Fa-f]|[57][0-9Aa]|5[CcFf]|7[Ee])");

    private Paths() {}

    static void check(String field, String path) {
        if (!path.startsWith("/")
                || path.length() > 1_024
                || path.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#' || c >= 127)) {
            throw new InvalidValueException(
                    field, "must begin with / and have no blanks, ?, # or letters beyond ASCII, for example /api");
        }
        if (NOT_COMPARED_SO.matcher(path).find()) {
            throw new InvalidValueException(
                    field,
                    "must be as Envoy compares it: without //, /./, /../ and backslashes, and without escapes of slashes or"
                            + " of what needs none");
        }
    }

    static List<String> checked(String field, List<String> paths) {
        paths.forEach(path -> check(field, path));
        Bounds.distinct(field, paths);
        return List.copyOf(paths);
    }
}
