package io.chancery.xds;

import com.google.protobuf.Duration;
import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a report says, as the rest of the system knows it. Pure functions. */
final class LoadReportReader {

    /** An Envoy knows a handful of localities of a cluster; who invents more is not worth the memory. */
    static final int MAX_LOCALITIES = 64;

    /** Of a cluster. */
    static final int MAX_ENDPOINTS = 10_000;

    private static final long LONGEST_INTERVAL_SECONDS = 366L * 24 * 60 * 60;

    private LoadReportReader() {}

    static List<ClusterLoad> read(LoadStatsRequest request, Instant received) {
        return request.getClusterStatsList().stream()
                .map(stats -> read(stats, received))
                .toList();
    }

    private static ClusterLoad read(ClusterStats stats, Instant received) {
        return new ClusterLoad(
                stats.getClusterName(),
                stats.getClusterServiceName(),
                received,
                interval(stats.getLoadReportInterval()),
                count(stats.getTotalDroppedRequests()),
                stats.getUpstreamLocalityStatsList().stream()
                        .limit(MAX_LOCALITIES)
                        .map(LoadReportReader::read)
                        .toList(),
                endpoints(stats));
    }

    private static ClusterLoad.LocalityLoad read(UpstreamLocalityStats stats) {
        return new ClusterLoad.LocalityLoad(
                NodeReader.locality(stats.getLocality()),
                stats.getPriority(),
                new ClusterLoad.Traffic(
                        count(stats.getTotalSuccessfulRequests()),
                        count(stats.getTotalErrorRequests()),
                        count(stats.getTotalRequestsInProgress()),
                        count(stats.getTotalIssuedRequests())));
    }

    private static Map<String, ClusterLoad.Traffic> endpoints(ClusterStats stats) {
        Map<String, ClusterLoad.Traffic> endpoints = new HashMap<>();
        stats.getUpstreamLocalityStatsList().stream()
                .flatMap(locality -> locality.getUpstreamEndpointStatsList().stream())
                .limit(MAX_ENDPOINTS)
                .forEach(endpoint ->
                        target(endpoint.getAddress()).ifPresent(target -> endpoints.put(target, traffic(endpoint))));
        return endpoints;
    }

    private static ClusterLoad.Traffic traffic(UpstreamEndpointStats stats) {
        return new ClusterLoad.Traffic(
                count(stats.getTotalSuccessfulRequests()),
                count(stats.getTotalErrorRequests()),
                count(stats.getTotalRequestsInProgress()),
                count(stats.getTotalIssuedRequests()));
    }

    /** An endpoint that is reached by a name or a file is none that is registered. */
    private static Optional<String> target(Address address) {
        SocketAddress socket = address.getSocketAddress();
        try {
            return Optional.of(new HostPort(new IpAddress(socket.getAddress()), socket.getPortValue()).toString());
        } catch (InvalidValueException _) {
            return Optional.empty();
        }
    }

    /** An unsigned number; none that was counted reaches the sign. */
    private static long count(long unsigned) {
        return Math.max(0, unsigned);
    }

    private static java.time.Duration interval(Duration interval) {
        boolean possible = interval.getSeconds() >= 0
                && interval.getSeconds() <= LONGEST_INTERVAL_SECONDS
                && interval.getNanos() >= 0;
        return possible
                ? java.time.Duration.ofSeconds(interval.getSeconds(), interval.getNanos())
                : java.time.Duration.ZERO;
    }
}
