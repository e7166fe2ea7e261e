package io.chancery.manifest.spec;

/** How traffic is spread over localities. */
public enum LocalityWeighting {
    /** Endpoints count, whichever locality they are in. */
    NONE,
    /** By the localities' weights: the sums of their endpoints' weights. */
    WEIGHTED,
    /** The Envoy's own zone first. */
    ZONE_AWARE
}
