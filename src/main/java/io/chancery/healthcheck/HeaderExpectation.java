package io.chancery.healthcheck;

import com.google.re2j.Pattern;
import io.chancery.manifest.spec.HeaderMatch;
import java.util.Optional;

/** A header that an answer must have. */
final class HeaderExpectation {

    private final HeaderMatch match;
    private final Optional<Pattern> regex;

    HeaderExpectation(HeaderMatch match) {
        this.match = match;
        this.regex = match.regex().map(Pattern::compile);
    }

    String name() {
        return match.name();
    }

    /** @param value the header's, empty where the answer does not have it */
    boolean isMetBy(Optional<String> value) {
        return value.filter(this::matches).isPresent() != match.invert();
    }

    private boolean matches(String value) {
        return match.exact().map(value::equals).orElse(true)
                && match.prefix().map(value::startsWith).orElse(true)
                && match.suffix().map(value::endsWith).orElse(true)
                && match.contains().map(value::contains).orElse(true)
                && regex.map(pattern -> pattern.matches(value)).orElse(true);
    }
}
