package io.chancery.model;

import java.util.Optional;

/**
 * The name under which instances register; it is also the name of the Envoy cluster and of its EDS resource.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters: letters, digits, and inside also {@code . _ -}
 */
public record ServiceName(String value) implements Comparable<ServiceName> {

    public static final int MAX_LENGTH = 128;

    private static final Alphabet ALLOWED = new Alphabet("._-");

    public ServiceName {
        if (value.isEmpty()
                || value.length() > MAX_LENGTH
                || !ALLOWED.hasAllOf(value)
                || !Alphabet.isAlphanumeric(value.charAt(0))
                || !Alphabet.isAlphanumeric(value.charAt(value.length() - 1))) {
            throw new InvalidValueException(
                    "service",
                    "must be 1 to " + MAX_LENGTH + " letters and digits, with . _ - inside, for example myservice");
        }
    }

    /** Returns the name, or empty if no service can have it, as is so of some clusters. */
    public static Optional<ServiceName> ifValid(String name) {
        try {
            return Optional.of(new ServiceName(name));
        } catch (InvalidValueException _) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(ServiceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
