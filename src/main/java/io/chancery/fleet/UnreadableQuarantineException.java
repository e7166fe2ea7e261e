package io.chancery.fleet;

/** What the store says of a refused version cannot be read; nothing is served from a store that holds such a value. */
public final class UnreadableQuarantineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableQuarantineException(String key, String reason) {
        super("The stored value of " + key + " " + reason
                + ". Restore the data directory from a copy, or start the version that wrote it.");
    }
}
