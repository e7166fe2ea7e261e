package io.chancery.model;

/**
 * A position in the store's history: every committed transaction has one. It only grows; 0 is the empty store.
 *
 * @param value 0 or more
 */
public record Revision(long value) implements Comparable<Revision> {

    public static final Revision ZERO = new Revision(0);

    public Revision {
        if (value < 0) {
            throw new InvalidValueException("revision", "must be 0 or more, was " + value);
        }
    }

    public Revision next() {
        return new Revision(Math.addExact(value, 1));
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(value, other.value);
    }
}
