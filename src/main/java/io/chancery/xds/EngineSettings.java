package io.chancery.xds;

import java.time.Duration;

/**
 * How the engine treats its streams.
 *
 * @param maxStreams how many may be open at once
 * @param grace how long a change waits at most for the client to accept what must go before it
 * @param endpointsAfterClusters whether endpoints are sent again after each new or changed cluster
 * @param age how old streams may become
 */
record EngineSettings(int maxStreams, Duration grace, boolean endpointsAfterClusters, StreamAge age) {

    long graceNanos() {
        return grace.toNanos();
    }
}
