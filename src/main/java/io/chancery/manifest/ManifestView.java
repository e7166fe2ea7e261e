package io.chancery.manifest;

import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Revision;
import java.util.Arrays;
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

    public Optional<DeclaredManifest> manifest(ManifestKey key) {
        return Optional.ofNullable(manifests.get(key));
    }

    /** Returns those of one kind. */
    public PSortedMap<ManifestKey, DeclaredManifest> ofKind(ManifestKind kind) {
        PSortedMap<ManifestKey, DeclaredManifest> from = manifests.tailMap(first(kind), true);
        ManifestKind[] kinds = ManifestKind.values();
        int next = Arrays.asList(kinds).indexOf(kind) + 1;
        return next == kinds.length ? from : from.headMap(first(kinds[next]), false);
    }

    /** No name comes before it. */
    private static ManifestKey first(ManifestKind kind) {
        return new ManifestKey(kind, "0");
    }
}
