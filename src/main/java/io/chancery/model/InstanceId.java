package io.chancery.model;

/**
 * A process that registers endpoints, as it names itself.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters: letters, digits and {@code . _ : -}
 */
public record InstanceId(String value) implements Comparable<InstanceId> {

    public static final int MAX_LENGTH = 128;

    private static final Alphabet ALLOWED = new Alphabet("._:-");

    public InstanceId {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !ALLOWED.hasAllOf(value)) {
            throw new InvalidValueException(
                    "instance", "must be 1 to " + MAX_LENGTH + " letters, digits and . _ : -, for example web-7f3a");
        }
    }

    @Override
    public int compareTo(InstanceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
