package io.chancery.manifest.spec;

import java.util.Optional;

/** A query parameter that a request must have; with its name only, whatever its value is. */
public record QueryMatch(
        @Field("is the parameter's name") String name,
        @Field("is its value, exactly") Optional<String> exact,

        @Field("is a regular expression (RE2) for its whole value")
        Optional<String> regex) {

    public QueryMatch {
        Bounds.printable("name", name);
        Bounds.atMostOne(Bounds.Given.of("exact", exact), Bounds.Given.of("regex", regex));
        regex.ifPresent(text -> Patterns.check("regex", text));
    }
}
