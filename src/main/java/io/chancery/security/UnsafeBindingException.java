package io.chancery.security;

/** A setting asks for a port that other machines can reach, without saying that this is meant. */
final class UnsafeBindingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;

    UnsafeBindingException(String message, String property) {
        super(message);
        this.property = property;
    }

    String property() {
        return property;
    }
}
