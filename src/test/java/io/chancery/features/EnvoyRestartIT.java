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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chancery is killed and comes back while requests pass through a real Envoy. */
class EnvoyRestartIT {

    private static final int REQUESTS_PER_SECOND = 220;
    private static final Duration RECONNECT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final List<TestingUpstream> upstreams = new ArrayList<>();
    private TestingServer server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = TestingServer.start(folder.resolve("data"));
        for (int i = 0; i < 6; i++) {
            upstreams.add(TestingUpstream.start());
        }
        for (TestingUpstream upstream : upstreams.subList(0, 5)) {
            server.register(upstream.endpoint());
        }
    }

    @AfterEach
    void close() {
        server.close();
        upstreams.forEach(TestingUpstream::close);
    }

    @Test
    void overDeltaAnEnvoyThatComesBackIsSentNothing() throws IOException, InterruptedException {
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, Variant.DELTA_GRPC, server.xdsPort())) {
            long clusters = envoy.stat("cluster_manager.cds.update_success");
            long assignments = envoy.stat("cluster.myservice.update_success");

            killAndRestartUnderLoad(envoy);
            registerOneMore(envoy);

            assertThat(envoy.stat("cluster.myservice.update_success"))
                    .as("assignments received: the one for the registration after the restart, and no other")
                    .isEqualTo(assignments + 1);
            assertThat(envoy.stat("cluster_manager.cds.update_success"))
                    .as("cluster answers received since before the restart")
                    .isEqualTo(clusters);
        }
    }

    @Test
    void overStateOfTheWorldTheSameVersionComesAgainAndNothingChanges() throws IOException, InterruptedException {
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, Variant.GRPC, server.xdsPort())) {
            long clusterVersion = envoy.stat("cluster_manager.cds.version");
            long assignmentVersion = envoy.stat("cluster.myservice.version");
            long membershipChanges = envoy.stat("cluster.myservice.membership_change");
            long clustersModified = envoy.stat("cluster_manager.cluster_modified");

            killAndRestartUnderLoad(envoy);

            assertThat(assignmentVersion).isNotZero();
            assertThat(envoy.stat("cluster.myservice.version")).isEqualTo(assignmentVersion);
            assertThat(envoy.stat("cluster_manager.cds.version")).isEqualTo(clusterVersion);
            assertThat(envoy.stat("cluster.myservice.membership_change"))
                    .as("an empty or older answer would have changed the membership")
                    .isEqualTo(membershipChanges);
            assertThat(envoy.stat("cluster_manager.cluster_modified")).isEqualTo(clustersModified);
            registerOneMore(envoy);
        }
    }

    private void killAndRestartUnderLoad(TestingEnvoy envoy) throws IOException, InterruptedException {
        try (TestingLoad load = TestingLoad.start(envoy.ingress(), REQUESTS_PER_SECOND)) {
            await("the load to flow").until(() -> load.count() > 100);
            server.kill();
            await("Envoy to notice").atMost(RECONNECT).until(() -> envoy.stat("control_plane.connected_state") == 0);

            server.restart();

            assertThat(server.revisionAtStart()).isEqualTo(5);
            await("Envoy to be back")
                    .atMost(RECONNECT)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> envoy.stat("control_plane.connected_state") == 1);
            int whenBack = load.count();
            await("two more seconds of load").until(() -> load.count() > whenBack + 2 * REQUESTS_PER_SECOND);
            assertThat(TestingLoad.failures(load.stop())).isEmpty();
            assertThat(load.answeredPerSecond()).isGreaterThanOrEqualTo(200);
        }
    }

    /** What arrives for this is what the server sends after the restart when something does change. */
    private void registerOneMore(TestingEnvoy envoy) throws IOException, InterruptedException {
        String another = upstreams.getLast().endpoint();
        server.register(another);
        await("the new endpoint to reach Envoy")
                .atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> envoy.endpoints().contains(another));
        assertThat(envoy.endpoints()).hasSize(6);
    }
}
