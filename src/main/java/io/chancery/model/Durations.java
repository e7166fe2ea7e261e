package io.chancery.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as documents spell them: {@code 250ms}, {@code 1.5s}, {@code 5m}, {@code 1h}, {@code 90d}. */
public final class Durations {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a text.
     *
     * @throws InvalidValueException if it is none, or none that counts in whole nanoseconds; its field is empty
     */
    public static Duration parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw malformed();
        }
        long unit = switch (parts.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
        };
        try {
            return Duration.ofNanos(new BigDecimal(parts.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValueExact());
        } catch (ArithmeticException _) {
            throw malformed();
        }
    }

    private static InvalidValueException malformed() {
        return new InvalidValueException("", "must be a length of time, for example 250ms, 5s, 1m, 1h or 90d");
    }

    /** Returns the shortest text that {@link #parse} reads as the same. */
    public static String write(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        if (nanos % 86_400_000_000_000L == 0) {
            return nanos / 86_400_000_000_000L + "d";
        }
        if (nanos % 3_600_000_000_000L == 0) {
            return nanos / 3_600_000_000_000L + "h";
        }
        if (nanos % 60_000_000_000L == 0) {
            return nanos / 60_000_000_000L + "m";
        }
        if (nanos % 1_000_000_000L == 0) {
            return nanos / 1_000_000_000L + "s";
        }
        return nanos > 1_000_000_000L
                ? BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString() + 's'
                : BigDecimal.valueOf(nanos, 6).stripTrailingZeros().toPlainString() + "ms";
    }
}
