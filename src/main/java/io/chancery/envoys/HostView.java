package io.chancery.envoys;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One host as an Envoy sees it.
 *
 * @param cluster the Envoy's name for the service
 * @param address IP:PORT
 * @param healthy whether the Envoy sends it requests
 * @param health what it holds against it, in Envoy's words, for example {@code failed_active_health_check}; and the health
 *     status of EDS where that is not {@code HEALTHY}
 * @param weight 1 and more
 * @param successRate 0 to 100, of the last interval of outlier detection; empty where Envoy has none
 * @param statistics counters and gauges of the host by Envoy's names, for example {@code rq_total}
 */
public record HostView(
        String cluster,
        String address,
        boolean healthy,
        List<String> health,
        long weight,
        OptionalDouble successRate,
        Map<String, Long> statistics) {

    public HostView {
        health = List.copyOf(health);
        statistics = Map.copyOf(statistics);
    }
}
