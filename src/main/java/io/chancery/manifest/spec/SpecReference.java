package io.chancery.manifest.spec;

/**
 * Another thing that a manifest cannot do without.
 *
 * @param path where in the spec it is named
 */
public record SpecReference(Kind kind, String name, String path) {

    /** What can be referred to. */
    public enum Kind {
        /** A registered or declared service, or a declared cluster. */
        SERVICE,
        /** A declared certificate with its key. */
        CERTIFICATE,
        /** Declared certificates that are trusted. */
        TRUSTED_CA,
        /** Declared keys of session tickets. */
        SESSION_TICKET_KEYS,
        /** A declared password. */
        PASSWORD
    }

    SpecReference under(String parent) {
        return new SpecReference(kind, name, parent + (path.startsWith("[") ? "" : ".") + path);
    }
}
