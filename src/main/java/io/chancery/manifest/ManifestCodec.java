package io.chancery.manifest;

import io.chancery.model.Revision;
import java.time.Instant;

/** Manifests as the store keeps them. */
@SuppressWarnings("DoNotCallSuggester")
final class ManifestCodec {

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest, Instant time, String author) {
        throw new UnsupportedOperationException();
    }

    static DeclaredManifest decode(String key, byte[] value, Revision revision) {
        throw new UnsupportedOperationException();
    }
}
