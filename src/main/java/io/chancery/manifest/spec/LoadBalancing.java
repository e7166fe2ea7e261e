package io.chancery.manifest.spec;

/** Envoy's ways to choose an endpoint. */
public enum LoadBalancing {
    ROUND_ROBIN,
    LEAST_REQUEST,
    RANDOM,
    RING_HASH,
    MAGLEV;

    boolean startsSlowly() {
        return this == ROUND_ROBIN || this == LEAST_REQUEST;
    }
}
