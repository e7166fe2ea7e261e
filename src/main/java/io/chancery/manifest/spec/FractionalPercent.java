package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How many of some number of requests.
 *
 * @param numerator 0 to {@link Denominator#parts}
 */
public record FractionalPercent(int numerator, Denominator denominator) {

    static final String NUMERATOR = "numerator";
    static final String DENOMINATOR = "denominator";

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})(?:\\.(\\d{1,4}))?%");
    private static final Pattern LIKE_PERCENT = Pattern.compile("[+-]?[\\d.,]+ ?%");
    private static final String PERCENT_RULE =
            "must be 0% to 100% with at most four digits after the point, for example \"12.5%\"";

    /** Of how many. */
    public enum Denominator {
        HUNDRED(100),
        TEN_THOUSAND(10_000),
        MILLION(1_000_000);

        private final int parts;

        Denominator(int parts) {
            this.parts = parts;
        }

        public int parts() {
            return parts;
        }

        static String names() {
            return Arrays.stream(values()).map(Denominator::name).collect(Collectors.joining(", "));
        }
    }

    public FractionalPercent {
        if (numerator < 0 || numerator > denominator.parts()) {
            throw new InvalidValueException(
                    NUMERATOR, "must be a whole number from 0 to " + denominator.parts() + ", the denominator");
        }
    }

    /** Whether an object is meant for one; Envoy takes it for one where it has either of the two fields. */
    static boolean isMeant(Map<?, ?> object) {
        return object.containsKey(NUMERATOR) || object.containsKey(DENOMINATOR);
    }

    /** Reads an object; Envoy would take one that is wrong, and never use it. */
    static FractionalPercent of(Map<?, ?> object) {
        for (Object field : object.keySet()) {
            if (!field.equals(NUMERATOR) && !field.equals(DENOMINATOR)) {
                throw new InvalidValueException("", "must have numerator and denominator, and nothing else");
            }
        }
        Object named = object.containsKey(DENOMINATOR) ? object.get(DENOMINATOR) : Denominator.HUNDRED.name();
        Denominator denominator = Arrays.stream(Denominator.values())
                .filter(one -> one.name().equals(named))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(DENOMINATOR, "must be one of " + Denominator.names()));
        if (object.get(NUMERATOR) instanceof Double numerator
                && numerator == Math.rint(numerator)
                && Math.abs(numerator) <= Integer.MAX_VALUE) {
            return new FractionalPercent(numerator.intValue(), denominator);
        }
        throw new InvalidValueException(
                NUMERATOR, "must be a whole number from 0 to " + denominator.parts() + ", the denominator");
    }

    /** Reads the short form, {@code 12.5%}; empty for other text. */
    static Optional<FractionalPercent> ofText(String text) {
        if (!LIKE_PERCENT.matcher(text).matches()) {
            return Optional.empty();
        }
        Matcher percent = PERCENT.matcher(text);
        if (!percent.matches()) {
            throw new InvalidValueException("", PERCENT_RULE);
        }
        String digits = percent.group(2) == null ? "" : percent.group(2);
        Denominator denominator = digits.isEmpty()
                ? Denominator.HUNDRED
                : digits.length() <= 2 ? Denominator.TEN_THOUSAND : Denominator.MILLION;
        int scale = denominator.parts() / Denominator.HUNDRED.parts();
        int fraction = digits.isEmpty() ? 0 : Integer.parseInt(digits) * scale / (int) Math.pow(10, digits.length());
        int numerator = Integer.parseInt(percent.group(1)) * scale + fraction;
        if (numerator > denominator.parts()) {
            throw new InvalidValueException("", PERCENT_RULE);
        }
        return Optional.of(new FractionalPercent(numerator, denominator));
    }
}
