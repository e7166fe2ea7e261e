package io.chancery.manifest.spec;

/** How Envoys learn of a service's endpoints. */
public enum EndpointDiscovery {
    /** All of them in one assignment. */
    EDS,
    /** One by one, as a collection, to nodes that use the delta protocol; the others get one assignment. */
    LEDS
}
