package io.chancery.envoys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * Reads the page {@code /clusters?format=json} of an Envoy's admin interface (<a
 * href="https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/clusters.proto">admin.v3.Clusters</a>). What is not as
 * expected is left out. Pure functions.
 */
final class ClustersPage {

    private static final String HEALTHY = "HEALTHY";
    private static final String EDS = "eds_health_status";

    private ClustersPage() {}

    static List<HostView> read(JsonNode page) {
        List<HostView> hosts = new ArrayList<>();
        for (JsonNode cluster : page.path("cluster_statuses")) {
            String name = cluster.path("name").asString("");
            for (JsonNode host : cluster.path("host_statuses")) {
                JsonNode socket = host.path("address").path("socket_address");
                if (socket.hasNonNull("address")) {
                    hosts.add(host(name, host, socket));
                }
            }
        }
        return hosts;
    }

    private static HostView host(String cluster, JsonNode host, JsonNode socket) {
        String ip = socket.path("address").asString("");
        String address = (ip.indexOf(':') >= 0 ? '[' + ip + ']' : ip)
                + ':'
                + socket.path("port_value").asInt(0);
        List<String> health = health(host.path("health_status"));
        return new HostView(
                cluster,
                address,
                health.isEmpty(),
                health,
                host.path("weight").asLong(1),
                host.path("success_rate").hasNonNull("value")
                        ? OptionalDouble.of(
                                host.path("success_rate").path("value").asDouble(0))
                        : OptionalDouble.empty(),
                statistics(host.path("stats")));
    }

    private static List<String> health(JsonNode status) {
        List<String> against = new ArrayList<>();
        status.properties().forEach(entry -> {
            if (entry.getKey().equals(EDS)) {
                String eds = entry.getValue().asString(HEALTHY);
                if (!eds.equals(HEALTHY) && !eds.equals("UNKNOWN")) {
                    against.add(eds);
                }
            } else if (entry.getValue().asBoolean(false)) {
                against.add(entry.getKey());
            }
        });
        return against;
    }

    private static Map<String, Long> statistics(JsonNode stats) {
        Map<String, Long> statistics = new HashMap<>();
        for (JsonNode stat : stats) {
            // 64-bit numbers are strings in protobuf's JSON, and what is zero is left out.
            String value = stat.path("value").asString("0");
            if (value.chars().allMatch(c -> c >= '0' && c <= '9') && value.length() < 19 && !value.isEmpty()) {
                statistics.put(stat.path("name").asString(""), Long.parseLong(value));
            }
        }
        return statistics;
    }
}
