package io.chancery.store;

/** The transaction exceeds a limit of the store; nothing was changed. */
public final class TransactionTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Makes one whose message names the limit. */
    public TransactionTooLargeException(String message) {
        super(message);
    }
}
