package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chancery is asked to end while a real Envoy is connected, and another one takes its place. */
class EnvoyDrainIT {

    private static final int REQUESTS_PER_SECOND = 220;
    private static final Duration RECONNECT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private TestingUpstream upstream;
    private TestingUpstream another;
    private TestingServer server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        upstream = TestingUpstream.start();
        another = TestingUpstream.start();
        server = TestingServer.start(folder.resolve("data"), "--chancery.xds.drain-time=2s");
        server.register(upstream.endpoint());
    }

    @AfterEach
    void close() {
        server.close();
        upstream.close();
        another.close();
    }

    @Test
    void anEnvoyGoesOnServingAndFollowsTheServerThatComesNext() throws IOException, InterruptedException {
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, Variant.DELTA_GRPC, server.xdsPort());
                TestingLoad load = TestingLoad.start(envoy.ingress(), REQUESTS_PER_SECOND)) {
            await("the load to flow").until(() -> load.count() > 100);
            long assignments = envoy.stat("cluster.myservice.update_success");

            assertThat(server.terminate())
                    .as("exit code of a process that was told to end")
                    .isIn(0, 143);
            assertThat(server.output()).contains("Stream closed node=test-id");
            await("Envoy to notice").atMost(RECONNECT).until(() -> envoy.stat("control_plane.connected_state") == 0);
            server.restart();
            await("Envoy to be back")
                    .atMost(RECONNECT)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> envoy.stat("control_plane.connected_state") == 1);

            server.register(another.endpoint());
            await("the new endpoint to reach Envoy")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> envoy.endpoints().contains(another.endpoint()));
            assertThat(envoy.stat("cluster.myservice.update_success")).isEqualTo(assignments + 1);
            assertThat(TestingLoad.failures(load.stop())).isEmpty();
        }
    }
}
