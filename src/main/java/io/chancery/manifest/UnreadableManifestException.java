package io.chancery.manifest;

/** A manifest in the store cannot be read; nothing is served from a store that holds one. */
public final class UnreadableManifestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableManifestException(String key, String reason) {
        super("The stored value of " + key + " " + reason
                + ". Restore the data directory from a copy, or start the version that wrote it.");
    }
}
