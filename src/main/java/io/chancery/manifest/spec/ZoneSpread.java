package io.chancery.manifest.spec;

/** How the endpoints of a shard lie. */
public enum ZoneSpread {
    /** As it comes. */
    NONE,
    /** In as many zones as the shard has endpoints, or in all where there are fewer. */
    ZONE
}
