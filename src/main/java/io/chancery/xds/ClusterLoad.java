package io.chancery.xds;

import io.chancery.model.Locality;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a client reported about the traffic that it sent to one cluster.
 *
 * @param cluster the cluster's name
 * @param service the name under which it has its endpoints, empty if that is the cluster's
 * @param received when the report came
 * @param interval how long the time was that it is about, by the client's clock
 * @param dropped requests that the client's own drop policy refused
 * @param localities by locality and priority; of very many only the first
 */
public record ClusterLoad(
        String cluster,
        String service,
        Instant received,
        Duration interval,
        long dropped,
        List<LocalityLoad> localities) {

    public ClusterLoad {
        localities = List.copyOf(localities);
    }

    /**
     * The traffic to the endpoints of one locality and priority.
     *
     * @param succeeded requests that ended well in the interval
     * @param failed requests that ended badly in the interval
     * @param inProgress requests that were under way at its end
     * @param issued requests that began in it
     */
    public record LocalityLoad(
            Locality locality, int priority, long succeeded, long failed, long inProgress, long issued) {}
}
