package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardHostTest {

    @Test
    void drainingEndpointsAreInNoShard() {
        List<ShardHost> hosts = ShardHost.of(List.of(
                endpoint("b", 0, EndpointState.ACTIVE, Locality.UNKNOWN),
                endpoint("a", 0, EndpointState.DRAINING, Locality.UNKNOWN)));

        assertThat(hosts).extracting(host -> host.id().value()).containsExactly("b");
    }

    @Test
    void onlyTheFirstPriorityThatHasAnActiveEndpointMakesShards() {
        List<ShardHost> hosts = ShardHost.of(List.of(
                endpoint("a", 0, EndpointState.DRAINING, Locality.UNKNOWN),
                endpoint("d", 2, EndpointState.ACTIVE, Locality.UNKNOWN),
                endpoint("c", 1, EndpointState.ACTIVE, Locality.UNKNOWN),
                endpoint("b", 1, EndpointState.ACTIVE, Locality.UNKNOWN)));

        assertThat(hosts).extracting(host -> host.id().value()).containsExactly("b", "c");
    }

    @Test
    void zonesOfTwoRegionsAreNotTheSame() {
        List<ShardHost> hosts = ShardHost.of(List.of(
                endpoint("a", 0, EndpointState.ACTIVE, new Locality("eu", "1", "")),
                endpoint("b", 0, EndpointState.ACTIVE, new Locality("us", "1", "x")),
                endpoint("c", 0, EndpointState.ACTIVE, new Locality("us", "", "")),
                endpoint("d", 0, EndpointState.ACTIVE, new Locality("us", "1", "y"))));

        assertThat(hosts).extracting(ShardHost::zone).containsExactly("eu/1", "us/1", "us", "us/1");
        assertThat(hosts).extracting(ShardHost::weight).containsOnly(7);
    }

    @Test
    void aServiceWithoutActiveEndpointsHasNoHosts() {
        assertThat(ShardHost.of(List.of())).isEmpty();
        assertThat(ShardHost.of(List.of(endpoint("a", 0, EndpointState.DRAINING, Locality.UNKNOWN))))
                .isEmpty();
    }

    private static Endpoint endpoint(String id, int priority, EndpointState state, Locality locality) {
        return new Endpoint(
                new EndpointId(id), HostPort.parse("127.0.0.1:8081"), 7, locality, priority, Map.of(), state);
    }
}
