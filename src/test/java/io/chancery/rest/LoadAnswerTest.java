package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.xds.ClusterLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LoadAnswerTest {

    private static final Endpoint ENDPOINT = Endpoint.of(HostPort.parse("10.0.0.1:80"));
    private static final ClusterLoad.Traffic OWN = new ClusterLoad.Traffic(1, 2, 3, 4);
    private static final ClusterLoad.Traffic ALL = new ClusterLoad.Traffic(10, 20, 30, 40);

    private static ClusterLoad load(
            List<ClusterLoad.LocalityLoad> localities, Map<String, ClusterLoad.Traffic> endpoints) {
        return new ClusterLoad(
                "cart", "", Instant.parse("2026-01-01T00:00:00Z"), Duration.ofMillis(10_500), 0, localities, endpoints);
    }

    @Test
    void eachEnvoysRequestsToTheEndpointAndItsLocalityAreShown() {
        TreeMap<String, ClusterLoad> loads = new TreeMap<>(Map.of(
                "edge-1",
                load(
                        List.of(
                                new ClusterLoad.LocalityLoad(Locality.UNKNOWN, 1, OWN),
                                new ClusterLoad.LocalityLoad(new Locality("eu", "", ""), 0, OWN),
                                new ClusterLoad.LocalityLoad(Locality.UNKNOWN, 0, ALL)),
                        Map.of("10.0.0.1:80", OWN, "10.0.0.2:80", ALL))));

        assertThat(LoadAnswer.of(ENDPOINT, loads))
                .isEqualTo(Map.of(
                        "edge-1",
                        new LoadAnswer(
                                "2026-01-01T00:00:00Z",
                                "10.5s",
                                new LoadAnswer.TrafficAnswer(4, 1, 2, 3),
                                new LoadAnswer.TrafficAnswer(40, 10, 20, 30))));
    }

    @Test
    void anEnvoyThatSaysNothingOfItIsLeftOut() {
        assertThat(LoadAnswer.of(
                        ENDPOINT, new TreeMap<>(Map.of("edge-1", load(List.of(), Map.of("10.0.0.2:80", ALL))))))
                .isNull();
    }
}
