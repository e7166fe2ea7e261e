package io.chancery.manifest.spec;

import java.util.Optional;

/** A header that a request must have; with its name only, whatever its value is. */
public record HeaderMatch(
        @Field("is the header's name, or :method, :authority and the like")
        String name,

        @Field("is its value, exactly") Optional<String> exact,
        @Field("is what its value begins with") Optional<String> prefix,
        @Field("is what its value ends with") Optional<String> suffix,
        @Field("is in its value") Optional<String> contains,

        @Field("is a regular expression (RE2) for its whole value")
        Optional<String> regex,

        @Field("turns the meaning round") boolean invert) {

    public HeaderMatch {
        Headers.checkName("name", name);
        Bounds.atMostOne(
                Bounds.Given.of("exact", exact),
                Bounds.Given.of("prefix", prefix),
                Bounds.Given.of("suffix", suffix),
                Bounds.Given.of("contains", contains),
                Bounds.Given.of("regex", regex));
        Bounds.printable("prefix", prefix);
        Bounds.printable("suffix", suffix);
        Bounds.printable("contains", contains);
        regex.ifPresent(text -> Patterns.check("regex", text));
    }
}
