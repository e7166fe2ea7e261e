package io.chancery.manifest;

import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Revision;
import java.util.Optional;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * All manifests at one revision; never changes once handed out.
 *
 * @param revision the store's revision that this view is of
 * @param manifests sorted by kind and name
 */
public record ManifestView(Revision revision, TreePMap<ManifestKey, DeclaredManifest> manifests) {

    /** No name comes before it. */
    private static final ManifestKey FIRST_SERVICE = new ManifestKey(ManifestKind.SERVICE, "0");

    public Optional<DeclaredManifest> manifest(ManifestKey key) {
        return Optional.ofNullable(manifests.get(key));
    }

    /** Returns those of one kind. */
    public PSortedMap<ManifestKey, DeclaredManifest> ofKind(ManifestKind kind) {
        return switch (kind) {
            case RESOURCE -> manifests.headMap(FIRST_SERVICE, false);
            case SERVICE -> manifests.tailMap(FIRST_SERVICE, true);
        };
    }
}
