package io.chancery.model;

/**
 * The name of one endpoint within its service: what the registrant chose, or else its address as {@code IP:PORT}.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters: letters, digits and {@code . _ : [ ] -}
 */
public record EndpointId(String value) implements Comparable<EndpointId> {

    public static final int MAX_LENGTH = 128;

    private static final Alphabet ALLOWED = new Alphabet("._:[]-");

    public EndpointId {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !ALLOWED.hasAllOf(value)) {
            throw new InvalidValueException(
                    "id", "must be 1 to " + MAX_LENGTH + " letters, digits and . _ : [ ] -, for example 10.0.0.1:8080");
        }
    }

    @Override
    public int compareTo(EndpointId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
