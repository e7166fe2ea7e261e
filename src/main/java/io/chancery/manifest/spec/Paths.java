package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.List;

/** Paths of URLs, as fields have them. */
final class Paths {

    private Paths() {}

    static void check(String field, String path) {
        if (!path.startsWith("/")
                || path.length() > 1_024
                || path.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#' || c == 127)) {
            throw new InvalidValueException(field, "must begin with / and have no blanks, ? or #, for example /api");
        }
    }

    static List<String> checked(String field, List<String> paths) {
        paths.forEach(path -> check(field, path));
        Bounds.distinct(field, paths);
        return List.copyOf(paths);
    }
}
