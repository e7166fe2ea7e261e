package io.chancery.manifest;

import io.chancery.manifest.spec.ManifestKind;

/**
 * The manifests' keys in the store: {@code manifest/<Kind>/<name>}, and one that every change writes to, so that what
 * was checked against all manifests still holds when the change is committed.
 */
final class Keys {

    static final String PREFIX = "manifest/";
    static final String GUARD = PREFIX + "guard";

    private Keys() {}

    static String of(ManifestKey key) {
        return PREFIX + key.kind().spelling() + '/' + key.name();
    }

    /**
     * Reads a key under {@link #PREFIX} that is not {@link #GUARD}.
     *
     * @throws UnreadableManifestException if the key is none of ours
     */
    static ManifestKey parse(String key) {
        int slash = key.indexOf('/', PREFIX.length());
        if (slash > 0) {
            try {
                return new ManifestKey(
                        ManifestKind.ofSpelling(key.substring(PREFIX.length(), slash))
                                .orElseThrow(IllegalArgumentException::new),
                        key.substring(slash + 1));
            } catch (IllegalArgumentException e) {
                throw unknown(key);
            }
        }
        throw unknown(key);
    }

    private static UnreadableManifestException unknown(String key) {
        return new UnreadableManifestException(key, "has a key that this version does not know");
    }
}
