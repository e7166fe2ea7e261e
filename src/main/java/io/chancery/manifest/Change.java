package io.chancery.manifest;

import io.chancery.registry.Precondition;

/** One wish of an operator. */
public sealed interface Change {

    ManifestKey key();

    Precondition precondition();

    /** Wants the manifest to be there, exactly so. */
    record Put(Manifest manifest, Precondition precondition) implements Change {
        @Override
        public ManifestKey key() {
            return manifest.key();
        }
    }

    /** Wants the manifest to be gone. */
    record Delete(ManifestKey key, Precondition precondition) implements Change {}
}
