package io.chancery.model;

/** Thrown when text or a number from outside cannot be turned into a model value. */
public final class InvalidValueException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String reason;

    /**
     * @param field the value's name as the API spells it, for example {@code weight}
     * @param reason what would have been right; for people, and never the whole input
     */
    public InvalidValueException(String field, String reason) {
        super(field + " " + reason);
        this.field = field;
        this.reason = reason;
    }

    public String field() {
        return field;
    }

    public String reason() {
        return reason;
    }
}
