package io.chancery.manifest;

import java.util.Set;

/** Told of every change, in revision order, one thread at a time. Must return quickly. */
@FunctionalInterface
public interface ManifestListener {

    /**
     * Called after the change is visible in {@link ManifestRegistry#view()}.
     *
     * @param view all manifests after the change
     * @param keys of the manifests that were declared, changed or removed
     */
    void changed(ManifestView view, Set<ManifestKey> keys);
}
