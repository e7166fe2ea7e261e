package io.chancery.manifest;

import io.chancery.model.Revision;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * All manifests at one revision; never changes once handed out.
 *
 * @param revision the store's revision that this view is of
 * @param manifests sorted by kind and name
 */
public record ManifestView(Revision revision, TreePMap<ManifestKey, DeclaredManifest> manifests) {

    public Optional<DeclaredManifest> manifest(ManifestKey key) {
        return Optional.ofNullable(manifests.get(key));
    }
}
