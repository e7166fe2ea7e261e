package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.TestingResources;
import io.chancery.testing.TestingEnvoy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Time to live (O79) as a real Envoy takes it: kept while the control plane is there, dropped when it is not. */
class EnvoyTimeToLiveIT {

    private static final String RUNTIME = """

            layered_runtime:
              layers:
                - name: expiring
                  rtds_layer:
                    name: expiring
                    rtds_config: { ads: {}, resource_api_version: V3 }
            """;

    /** Envoy says of itself what its operator has it say. */
    private static final String FEATURES =
            "client_features: [xds.config.supports-resource-ttl, xds.config.supports-resource-in-sotw], ";

    private static final Duration TTL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TestingEnvoy.Variant.class)
    void o79AnEnvoyKeepsWhatExpiresUntilTheControlPlaneIsGone(TestingEnvoy.Variant variant)
            throws IOException, InterruptedException {
        try (TestingControlPlane controlPlane = new TestingControlPlane()) {
            controlPlane.apply(
                    TestingControlPlane.put(
                            NodeSelector.EVERY,
                            ResourceType.RUNTIME,
                            TestingResources.message(ResourceType.RUNTIME, "expiring", 1),
                            Optional.of(TTL)),
                    TestingControlPlane.put(
                            NodeSelector.EVERY,
                            ResourceType.CLUSTER,
                            Cluster.newBuilder().setName("expiring").build(),
                            Optional.of(TTL)));
            controlPlane.declare(
                    ResourceType.CLUSTER,
                    Cluster.newBuilder().setName("lasting").build());
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .directExecutor()
                    .addService(new DiscoveryServices(controlPlane.engine).aggregated())
                    .build()
                    .start();
            try (TestingEnvoy envoy =
                    TestingEnvoy.start(folder, variant, server.getPort(), EnvoyTimeToLiveIT::withTimeToLive)) {
                await("the runtime value and the clusters")
                        .atMost(PATIENCE)
                        .until(() -> keys(envoy) == 1 && clusters(envoy) == 3);
                long updates = updates(envoy);
                await("several times to live to pass, in which nothing is lost")
                        .atMost(PATIENCE)
                        .during(TTL.multipliedBy(4))
                        .until(() -> keys(envoy) == 1 && clusters(envoy) == 3);
                assertThat(updates(envoy)).as("a heartbeat is no update").isEqualTo(updates);

                server.shutdownNow();
                await("what expires to go, and what does not to stay")
                        .atMost(PATIENCE)
                        .until(() -> keys(envoy) == 0 && clusters(envoy) == 2);
            } finally {
                server.shutdownNow();
            }
        }
    }

    private static String withTimeToLive(String bootstrap) {
        assertThat(bootstrap).contains("node: {");
        return bootstrap.replace("node: {", "node: {" + FEATURES) + RUNTIME;
    }

    private static long keys(TestingEnvoy envoy) throws IOException, InterruptedException {
        return envoy.stat("runtime.num_keys");
    }

    private static long updates(TestingEnvoy envoy) throws IOException, InterruptedException {
        return envoy.stat("cluster_manager.cluster_added")
                + envoy.stat("cluster_manager.cluster_modified")
                + envoy.stat("cluster_manager.cluster_removed");
    }

    /** That of the control plane itself is one of them. */
    private static long clusters(TestingEnvoy envoy) throws IOException, InterruptedException {
        return envoy.stat("cluster_manager.active_clusters");
    }
}
