package io.chancery.xds;

import io.chancery.model.Locality;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client reported about the traffic that it sent to one cluster.
 *
 * @param cluster the cluster's name
 * @param service the name under which it has its endpoints, empty if that is the cluster's
 * @param received when the report came
 * @param interval how long the time was that it is about, by the client's clock
 * @param dropped requests that the client's own drop policy refused
 * @param localities by locality and priority; of very many only the first
 * @param endpoints by address; of very many only the first, and none of a report that is not the last
 */
public record ClusterLoad(
        String cluster,
        String service,
        Instant received,
        Duration interval,
        long dropped,
        List<LocalityLoad> localities,
        Map<String, Traffic> endpoints) {

    public ClusterLoad {
        localities = List.copyOf(localities);
        endpoints = Collections.unmodifiableMap(new HashMap<>(endpoints));
    }

    /** The same without what it says of single endpoints. */
    ClusterLoad withoutEndpoints() {
        return endpoints.isEmpty()
                ? this
                : new ClusterLoad(cluster, service, received, interval, dropped, localities, Map.of());
    }

    /**
     * Requests.
     *
     * @param succeeded that ended well in the interval
     * @param failed that ended badly in the interval
     * @param inProgress that were under way at its end
     * @param issued that began in it
     */
    public record Traffic(long succeeded, long failed, long inProgress, long issued) {}

    /** The traffic to the endpoints of one locality and priority. */
    public record LocalityLoad(Locality locality, int priority, Traffic traffic) {}
}
