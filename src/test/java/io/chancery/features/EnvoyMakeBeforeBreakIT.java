package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route moves to a new cluster, and the old one goes, in one change, while requests pass through a real Envoy. */
class EnvoyMakeBeforeBreakIT {

    private static final int MOVES = 500;
    private static final int REQUESTS_PER_SECOND = 300;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "over {0}")
    @CsvSource({"DELTA_GRPC", "GRPC"})
    void aRouteThatMovesToANewClusterWhileTheOldOneGoesFailsNoRequest(Variant variant)
            throws IOException, InterruptedException {
        try (TestingServer server = TestingServer.start(folder.resolve("data"));
                TestingUpstream upstream = TestingUpstream.start()) {
            String target = upstream.endpoint();
            server.apply(TestingManifests.list(
                    TestingManifests.listener(),
                    TestingManifests.routes("move-0"),
                    TestingManifests.cluster("move-0"),
                    TestingManifests.assignment("move-0", target)));
            try (TestingEnvoy envoy = TestingEnvoy.startDynamic(folder, variant, server.xdsPort(), "edge-1");
                    TestingLoad load = TestingLoad.start(envoy.ingress(), REQUESTS_PER_SECOND)) {
                await("the load to flow").until(() -> load.count() > 10);
                for (int move = 1; move <= MOVES; move++) {
                    move(server, move, target);
                    String next = "move-" + move;
                    await("the old cluster to be gone and the new one to serve")
                            .atMost(Duration.ofSeconds(20))
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> clusters(envoy).equals(next));
                }

                assertThat(TestingLoad.failures(load.stop())).isEmpty();
                assertThat(load.answeredPerSecond()).isGreaterThan(REQUESTS_PER_SECOND * 0.8);
                assertThat(envoy.stat("http.ingress.no_cluster")).isZero();
                assertThat(envoy.stat("listener_manager.listener_modified")).isZero();
            }
        }
    }

    private static void move(TestingServer server, int move, String target) throws IOException, InterruptedException {
        server.apply(TestingManifests.list(
                TestingManifests.routes("move-" + move),
                TestingManifests.cluster("move-" + move),
                TestingManifests.assignment("move-" + move, target),
                TestingManifests.removal("cluster-move-" + (move - 1)),
                TestingManifests.removal("assignment-move-" + (move - 1))));
    }

    /** The names of the clusters that came by CDS, which should be one. */
    private static String clusters(TestingEnvoy envoy) throws IOException, InterruptedException {
        return String.join(
                ",",
                envoy.adminPage("/clusters")
                        .lines()
                        .filter(line -> line.endsWith("::added_via_api::true"))
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .toList());
    }
}
