package io.chancery.healthcheck;

/**
 * Asks endpoints of one service how they are. Safe for use by many threads, each of which waits for the answer to its own
 * question: virtual ones, for there may be thousands.
 */
@FunctionalInterface
interface Prober {

    /**
     * Asks once, and returns within the probe's timeout whatever the endpoint does, or does not do. Throws nothing that an
     * endpoint could cause.
     */
    ProbeResult probe(ProbeTarget target);
}
