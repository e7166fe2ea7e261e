package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ClustersPageTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void hostsAreReadWithTheirHealthWeightAndStatistics() {
        List<HostView> hosts = ClustersPage.read(JSON.readTree("""
                {"cluster_statuses": [{"name": "cart", "host_statuses": [
                  {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 80}},
                   "stats": [{"name": "cx_total", "value": "3"}, {"type": "GAUGE", "name": "rq_active"}],
                   "health_status": {"eds_health_status": "HEALTHY"}, "weight": 2, "success_rate": {"value": 99.5}},
                  {"address": {"socket_address": {"address": "::1", "port_value": 80}},
                   "health_status": {"failed_active_health_check": true, "eds_health_status": "UNHEALTHY"}, "weight": 1}]}]}"""));

        assertThat(hosts)
                .containsExactly(
                        new HostView(
                                "cart",
                                "10.0.0.1:80",
                                true,
                                List.of(),
                                2,
                                OptionalDouble.of(99.5),
                                Map.of("cx_total", 3L, "rq_active", 0L)),
                        new HostView(
                                "cart",
                                "[::1]:80",
                                false,
                                List.of("failed_active_health_check", "UNHEALTHY"),
                                1,
                                OptionalDouble.empty(),
                                Map.of()));
    }

    @Test
    void whatIsNotAsExpectedIsLeftOut() {
        assertThat(ClustersPage.read(JSON.readTree("[]"))).isEmpty();
        assertThat(ClustersPage.read(JSON.readTree("{\"cluster_statuses\": [{\"host_statuses\": [{}, 7, null]}]}")))
                .isEmpty();
        assertThat(ClustersPage.read(JSON.readTree("""
                {"cluster_statuses": [{"name": "pipe", "host_statuses": [{"address": {"pipe": {"path": "/x"}}}]}]}"""))).isEmpty();
    }
}
