package io.chancery.rest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what is wrong with a body, by its place in it and never by quoting it. */
final class JsonFaults {

    private static final int MAX_FIELD = 200;

    private JsonFaults() {}

    static ProblemDetail problem(JacksonException thrown) {
        return switch (thrown) {
            case UnrecognizedPropertyException e ->
                Problem.UNKNOWN_FIELD.about(field(e), "is not a field; " + known(e));
            case MismatchedInputException e
            when e.getPath().isEmpty() && isTrailing(e) ->
                Problem.MALFORMED_BODY.withDetail("The body goes on after the JSON value that it should be");
            case MismatchedInputException e -> Problem.INVALID_VALUE.about(field(e), "must be " + wanted(e));
            case InputCoercionException e
            when !e.getPath().isEmpty() ->
                Problem.INVALID_VALUE.about(field(e), "must be a whole number of a sensible size");
            case JacksonIOException e when e.getCause() instanceof BodyTooLargeException tooLarge -> tooLarge(tooLarge);
            case StreamReadException e ->
                Problem.MALFORMED_BODY.withDetail("The body is not proper JSON, or has a key twice," + place(e));
            default ->
                Problem.MALFORMED_BODY.withDetail("The body is not the JSON that this path takes," + place(thrown));
        };
    }

    /** Jackson has no type of its own for this. */
    private static boolean isTrailing(MismatchedInputException thrown) {
        return thrown.getOriginalMessage().startsWith("Trailing token");
    }

    static ProblemDetail tooLarge(BodyTooLargeException thrown) {
        return Problem.BODY_TOO_LARGE.withDetail("The body may have at most " + thrown.limit() + " bytes");
    }

    /** Returns the place as a path, for example {@code register[17].port}. */
    private static String field(JacksonException thrown) {
        StringBuilder field = new StringBuilder();
        for (JacksonException.Reference step : thrown.getPath()) {
            if (step.getPropertyName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return field.isEmpty() ? "body" : printable(field);
    }

    private static String printable(CharSequence text) {
        StringBuilder printable = new StringBuilder();
        text.chars()
                .limit(MAX_FIELD)
                .map(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : c)
                .forEach(c -> printable.append((char) c));
        return printable.toString();
    }

    private static String known(UnrecognizedPropertyException thrown) {
        var known = thrown.getKnownPropertyIds();
        return known == null
                ? "leave it out"
                : "there are "
                        + String.join(
                                ", ",
                                known.stream().map(String::valueOf).sorted().toList());
    }

    private static String wanted(MismatchedInputException thrown) {
        @Nullable Class<?> target = thrown.getTargetType();
        if (target == null) {
            return "a value of another type";
        }
        if (target == String.class) {
            return "a string";
        }
        if (Number.class.isAssignableFrom(target) || target.isPrimitive()) {
            return "a whole number of a sensible size";
        }
        if (List.class.isAssignableFrom(target)) {
            return "a list";
        }
        return Map.class.isAssignableFrom(target) ? "an object of strings" : "an object";
    }

    private static String place(JacksonException thrown) {
        @Nullable TokenStreamLocation location = thrown.getLocation();
        return location == null || location.getLineNr() < 1
                ? " at an unknown place"
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
