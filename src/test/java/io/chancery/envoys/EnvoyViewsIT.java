package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
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
            try (EnvoyViews views = new EnvoyViews(targets, meters)) {
                views.start(Duration.ofMillis(200));
                await("the host to be seen")
                        .atMost(SOON)
                        .until(() -> views.of("myservice", upstream.endpoint()).containsKey("test-id"));
                envoy.get();
                await("the request to be counted")
                        .atMost(SOON)
                        .until(() -> seen(views, upstream).statistics().getOrDefault("rq_total", 0L) == 1);
                assertThat(seen(views, upstream).healthy()).isTrue();
                assertThat(meters.get("chancery.envoys.host.healthy")
                                .tag("cluster", "myservice")
                                .tag("address", upstream.endpoint())
                                .gauge()
                                .value())
                        .isEqualTo(1);

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

    private static HostView seen(EnvoyViews views, TestingUpstream upstream) {
        return Objects.requireNonNull(views.of("myservice", upstream.endpoint()).get("test-id"));
    }
}
