package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingUpstream;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Envoy reports the requests that it has passed on. */
class EnvoyLoadReportIT {

    private static final String LOAD_REPORTS = """

            cluster_manager:
              load_stats_config:
                api_type: GRPC
                transport_api_version: V3
                grpc_services:
                  - envoy_grpc:
                      cluster_name: chancery
            """;

    private static final int REQUESTS = 20;

    @TempDir
    Path folder;

    private final LoadReports loads = new LoadReports();
    private final Set<ClusterLoad> seen = new HashSet<>();

    @Test
    void o82TheRequestsThatAnEnvoyPassedOnAreInItsReports() throws IOException, InterruptedException {
        try (TestingControlPlane controlPlane = new TestingControlPlane();
                TestingUpstream upstream = TestingUpstream.start()) {
            controlPlane.register("myservice", upstream.endpoint());
            NavigableSet<String> none = new TreeSet<>();
            LoadReportService service = new LoadReportService(
                    controlPlane.engine,
                    loads,
                    _ -> none,
                    new LoadReportService.Wish(Duration.ofSeconds(1), true),
                    InstantSource.system(),
                    new LoadReportMetrics(controlPlane.meters));
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .directExecutor()
                    .addService(new DiscoveryServices(controlPlane.engine).aggregated())
                    .addService(service.definition())
                    .build()
                    .start();
            try (TestingEnvoy envoy =
                    TestingEnvoy.start(folder, TestingEnvoy.Variant.DELTA_GRPC, server.getPort(), LOAD_REPORTS)) {
                await("a first report, from which on Envoy counts")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> !loads.of("test-id").isEmpty());
                for (int i = 0; i < REQUESTS; i++) {
                    assertThat(envoy.get().statusCode()).isEqualTo(200);
                }

                await("the reports of these requests")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> succeeded("myservice") == REQUESTS);
                assertThat(seen.stream()
                                .filter(load -> load.cluster().equals("myservice"))
                                .flatMap(load -> load.endpoints().entrySet().stream())
                                .filter(endpoint -> endpoint.getKey().equals(upstream.endpoint()))
                                .mapToLong(endpoint -> endpoint.getValue().succeeded())
                                .sum())
                        .as("the same by endpoint")
                        .isEqualTo(REQUESTS);
                assertThat(loads.of("test-id"))
                        .filteredOn(load -> load.cluster().equals("myservice"))
                        .allSatisfy(load ->
                                assertThat(load.interval()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(5)));
            } finally {
                server.shutdownNow();
            }
            await("what is known of the Envoy to go with it")
                    .until(() -> loads.of("test-id").isEmpty());
        }
    }

    /** Over all reports that were seen; to be called more often than they come. */
    private long succeeded(String cluster) {
        seen.addAll(loads.ofCluster(cluster).values());
        return seen.stream()
                .filter(load -> load.cluster().equals(cluster))
                .flatMap(load -> load.localities().stream())
                .mapToLong(locality -> locality.traffic().succeeded())
                .sum();
    }
}
