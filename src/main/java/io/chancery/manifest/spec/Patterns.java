package io.chancery.manifest.spec;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.chancery.model.InvalidValueException;
import java.nio.charset.StandardCharsets;

/** Regular expressions as Envoy has them: <a href="https://github.com/google/re2/wiki/Syntax">RE2</a>. */
final class Patterns {

    /** Envoy's default for {@code re2.max_program_size.error_level}, beyond which it refuses a resource. */
    private static final int MAX_SIZE = 100;

    /** A class of characters that is there so often; RE2 has no more than a thousand times. */
    private static final Pattern REPEATED_CLASS = Pattern.compile("(?:\\.|])\\{(?:\\d{1,4},)?(\\d{1,4})\\}");

    private Patterns() {}

    static void check(String field, String expression) {
        if (expression.isEmpty() || expression.length() > 1_024) {
            throw new InvalidValueException(field, "must have 1 to 1024 characters");
        }
        try {
            if (size(expression) > MAX_SIZE) {
                throw new InvalidValueException(
                        field, "must be shorter or simpler: Envoy takes expressions of about 90 characters");
            }
        } catch (PatternSyntaxException e) {
            throw new InvalidValueException(field, "must be a regular expression of RE2: " + e.getDescription());
        }
    }

    /**
     * About the size of the program that Envoy makes of it. The library here counts characters where RE2 counts bytes: a
     * class of characters is about two of RE2's instructions, and so is the program's end.
     */
    private static int size(String expression) {
        int classes = (int) expression.chars().filter(c -> c == '.' || c == '[').count();
        Matcher repeated = REPEATED_CLASS.matcher(expression);
        while (repeated.find()) {
            classes += Integer.parseInt(repeated.group(1)) - 1;
        }
        int beyondAscii = expression.getBytes(StandardCharsets.UTF_8).length - expression.length();
        return Pattern.compile(expression).programSize() + 2 + classes + beyondAscii;
    }
}
