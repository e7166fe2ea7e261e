package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One line for each request or connection. */
public record AccessLog(
        @Field("is the file it goes to, on the Envoy's machine; left out, standard output")
        Optional<String> file,

        @Field("is the line, with Envoy's command operators; left out, Envoy's own")
        Optional<String> text,

        @Field("are the fields of a JSON line, with Envoy's command operators")
        SortedMap<String, String> json) {

    public AccessLog {
        if (file.isPresent() && (file.get().isBlank() || file.get().chars().anyMatch(Character::isISOControl))) {
            throw new InvalidValueException("file", "must be a path");
        }
        json = Collections.unmodifiableSortedMap(new TreeMap<>(json));
        if (text.isPresent() && !json.isEmpty()) {
            throw new InvalidValueException("json", "must be left out where text is given");
        }
        if (text.isPresent() && (text.get().isBlank() || text.get().length() > 8_192)) {
            throw new InvalidValueException("text", "must have 1 to 8192 characters");
        }
        text.ifPresent(line -> Formats.check("text", line));
        json.values().forEach(value -> Formats.check("json", value));
    }
}
