package io.chancery.manifest.spec;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.chancery.model.InvalidValueException;

/** Regular expressions as Envoy has them: <a href="https://github.com/google/re2/wiki/Syntax">RE2</a>. */
final class Patterns {

    private Patterns() {}

    static void check(String field, String expression) {
        if (expression.isEmpty() || expression.length() > 1_024) {
            throw new InvalidValueException(field, "must have 1 to 1024 characters");
        }
        try {
            Pattern _ = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new InvalidValueException(field, "must be a regular expression of RE2: " + e.getDescription());
        }
    }
}
