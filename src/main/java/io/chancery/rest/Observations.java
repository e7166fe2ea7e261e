package io.chancery.rest;

import io.chancery.envoys.HostView;
import io.chancery.healthcheck.ProbeStatus;
import io.chancery.xds.ClusterLoad;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is known of an endpoint that changes by itself.
 *
 * @param leaseRemaining how much of its lease is left, if it has one
 * @param envoys how Envoys see it, by node
 * @param loads what Envoys reported last of the requests that they sent to its service, by node
 * @param probes how its probes go, if it has any
 */
record Observations(
        Optional<Duration> leaseRemaining,
        SortedMap<String, HostView> envoys,
        SortedMap<String, ClusterLoad> loads,
        Optional<ProbeStatus> probes) {

    static final Observations NONE = new Observations(
            Optional.empty(), Collections.emptySortedMap(), Collections.emptySortedMap(), Optional.empty());
}
