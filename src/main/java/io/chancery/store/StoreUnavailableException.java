package io.chancery.store;

/** The store cannot do what was asked of it now, for a reason outside this program; nothing was changed. */
public final class StoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Makes one with a message for people: what is wrong and what would mend it. */
    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
