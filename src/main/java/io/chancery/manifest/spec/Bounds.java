package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Limits that many fields share: each method throws {@link InvalidValueException} with the field's name. */
final class Bounds {

    private static final Duration LONGEST = Duration.ofDays(365);

    private Bounds() {}

    static void port(String field, int port) {
        range(field, port, 1, 65_535);
    }

    static void percent(String field, int value) {
        range(field, value, 0, 100);
    }

    static void range(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidValueException(field, "must be " + least + " to " + most);
        }
    }

    static void positive(String field, Optional<Integer> value) {
        value.ifPresent(one -> range(field, one, 1, Integer.MAX_VALUE));
    }

    /** Envoy counts in milliseconds where it matters, and takes a duration of nothing for none or refuses it. */
    static void duration(String field, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new InvalidValueException(field, "must be 1ms to 365d, for example 5s");
        }
    }

    static void duration(String field, Optional<Duration> value) {
        value.ifPresent(one -> duration(field, one));
    }

    static void notEmpty(String field, String value) {
        if (value.isBlank()) {
            throw new InvalidValueException(field, "must not be empty");
        }
    }

    static void notEmpty(String field, Collection<?> values) {
        if (values.isEmpty()) {
            throw new InvalidValueException(field, "must have at least one entry");
        }
    }

    /** Text that goes into a header, a name of a metric or a line of a log. */
    static void printable(String field, String value) {
        if (value.isEmpty()
                || value.getBytes(StandardCharsets.UTF_8).length > 1_024
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(field, "must have 1 to 1024 printable characters");
        }
    }

    static void printable(String field, Optional<String> value) {
        value.ifPresent(one -> printable(field, one));
    }

    /** Says which of several fields are given, by their names. */
    record Given(String field, boolean given) {

        static Given of(String field, Optional<?> value) {
            return new Given(field, value.isPresent());
        }

        static Given of(String field, Collection<?> values) {
            return new Given(field, !values.isEmpty());
        }
    }

    static void exactlyOne(Given... alternatives) {
        atMostOne(alternatives);
        if (Stream.of(alternatives).noneMatch(Given::given)) {
            throw new InvalidValueException("", "must have one of " + names(alternatives));
        }
    }

    static void atMostOne(Given... alternatives) {
        List<String> given =
                Stream.of(alternatives).filter(Given::given).map(Given::field).toList();
        if (given.size() > 1) {
            throw new InvalidValueException(
                    given.get(1),
                    "must be left out where " + given.getFirst() + " is given; one of " + names(alternatives));
        }
    }

    private static String names(Given... alternatives) {
        return String.join(", ", Stream.of(alternatives).map(Given::field).toList());
    }

    static <T> void distinct(String field, List<T> values) {
        if (values.stream().filter(Objects::nonNull).distinct().count() < values.size()) {
            throw new InvalidValueException(field, "must not have an entry twice");
        }
    }
}
