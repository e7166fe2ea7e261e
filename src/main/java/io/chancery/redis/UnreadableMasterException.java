package io.chancery.redis;

/** What the store has of a Redis master cannot be read; the process does not start. */
final class UnreadableMasterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableMasterException(String key, String reason) {
        super("The stored value of " + key + " " + reason
                + ". Restore the data directory from a copy, or start the version that wrote it.");
    }
}
