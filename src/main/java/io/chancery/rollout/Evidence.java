package io.chancery.rollout;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.ShardRollout;

/** Where it is known what nodes say to changes of shards. */
interface Evidence {

    /** What they say to the change in a manifest. */
    Figures figures(DeclaredManifest declared, ShardRollout rollout);

    /** Takes note that a manifest has no change under way. */
    void forget(ManifestKey key);
}
