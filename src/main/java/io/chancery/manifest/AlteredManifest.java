package io.chancery.manifest;

import java.util.Optional;

/**
 * A manifest before and after a change.
 *
 * @param before empty if there was none
 * @param after empty if it was removed
 */
public record AlteredManifest(ManifestKey key, Optional<DeclaredManifest> before, Optional<DeclaredManifest> after) {}
