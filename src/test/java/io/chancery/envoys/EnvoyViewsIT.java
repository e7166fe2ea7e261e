package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.FreePorts;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Envoy says of its hosts. */
class EnvoyViewsIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void anEnvoysViewOfItsHostsIsFollowed() throws IOException, InterruptedException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (TestingServer server = TestingServer.start(folder.resolve("data"));
                TestingUpstream upstream = TestingUpstream.start();
                TestingEnvoy envoy = TestingEnvoy.start(folder, Variant.DELTA_GRPC, server.xdsPort())) {
            server.register(upstream.endpoint());
            List<AdminTarget> targets = List.of(
                    new AdminTarget("test-id", envoy.admin()),
                    new AdminTarget("gone", URI.create("http://127.0.0.1:1")));
            try (EnvoyViews views = new EnvoyViews(() -> targets, meters)) {
                views.start(Duration.ofMillis(200));
                await("the host to be seen")
                        .atMost(SOON)
                        .until(() -> views.of("myservice", upstream.endpoint()).containsKey("test-id"));
                envoy.get();
                await("the request to be counted")
                        .atMost(SOON)
                        .until(() -> seen(views, upstream).statistics().getOrDefault("rq_total", 0L) == 1);
                assertThat(seen(views, upstream).healthy()).isTrue();
                await("the gauge of the next round").atMost(SOON).until(() -> healthy(meters, upstream) == 1);

                server.send(
                        "PUT",
                        "/v1/services/myservice/endpoints/" + upstream.endpoint() + "/health",
                        "{\"verdict\": \"unhealthy\"}");
                await("the operator's word to be seen")
                        .atMost(SOON)
                        .until(() -> !seen(views, upstream).healthy());
                assertThat(meters.get("chancery.envoys.polls")
                                .tag("outcome", "failed")
                                .counter()
                                .count())
                        .isPositive();
            }
        }
    }

    @Test
    void theEnvoysOfAGroupAreAskedWhereTheyAreConnectedFrom() throws IOException, InterruptedException {
        int admin = FreePorts.one();
        try (TestingServer server = TestingServer.start(
                        folder.resolve("data"),
                        "--chancery.envoys.admin=test-*=http://{address}:" + admin,
                        "--chancery.envoys.interval=1s");
                TestingUpstream upstream = TestingUpstream.start()) {
            server.register(upstream.endpoint());
            String endpoint = "/v1/services/myservice/endpoints/" + upstream.endpoint();
            try (TestingEnvoy envoy = TestingEnvoy.start(
                    folder, Variant.DELTA_GRPC, server.xdsPort(), bootstrap -> withAdmin(bootstrap, admin))) {
                assertThat(envoy.admin().getPort()).isEqualTo(admin);
                await("the Envoy's view of the endpoint")
                        .atMost(SOON)
                        .until(() -> server.get(endpoint).body().contains("\"envoys\":{\"test-id\":{\"healthy\":true"));
            }
            await("it to go with the Envoy")
                    .atMost(SOON)
                    .until(() -> !server.get(endpoint).body().contains("\"envoys\""));
        }
    }

    @Test
    void whatAnEnvoyReportsOfTheRequestsThatItSentIsShown() throws IOException, InterruptedException {
        String reports = """

                cluster_manager:
                  load_stats_config:
                    api_type: GRPC
                    transport_api_version: V3
                    grpc_services: [ { envoy_grpc: { cluster_name: chancery } } ]
                """;
        try (TestingServer server =
                        TestingServer.start(folder.resolve("data"), "--chancery.xds.load-report-interval=1s");
                TestingUpstream upstream = TestingUpstream.start()) {
            server.register(upstream.endpoint());
            String endpoint = "/v1/services/myservice/endpoints/" + upstream.endpoint();
            try (TestingEnvoy envoy = TestingEnvoy.start(folder, Variant.DELTA_GRPC, server.xdsPort(), reports)) {
                await("the requests to it and to its locality").atMost(SOON).until(() -> {
                    envoy.get();
                    return server.get(endpoint)
                            .body()
                            .matches(".*\"loads\":\\{\"test-id\":\\{\"at\":.*\"endpoint\":\\{\"issued\":[1-9].*"
                                    + "\"locality\":\\{\"issued\":[1-9].*");
                });
            }
            await("it to go with the Envoy")
                    .atMost(SOON)
                    .until(() -> !server.get(endpoint).body().contains("\"loads\""));
        }
    }

    /** The port that the test gives it, in place of a free one. */
    private static String withAdmin(String bootstrap, int port) {
        String changed = bootstrap.replaceFirst("(?s)(admin:.*?port_value: )0", "$1" + port);
        assertThat(changed).isNotEqualTo(bootstrap);
        return changed;
    }

    private static double healthy(MeterRegistry meters, TestingUpstream upstream) {
        return meters
                .find("chancery.envoys.host.healthy")
                .tag("cluster", "myservice")
                .tag("address", upstream.endpoint())
                .gauges()
                .stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private static HostView seen(EnvoyViews views, TestingUpstream upstream) {
        return Objects.requireNonNull(views.of("myservice", upstream.endpoint()).get("test-id"));
    }
}
