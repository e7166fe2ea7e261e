package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;
import io.chancery.model.Locality;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Obligation 82: the server receives load reports. */
class LoadReportObligationsTest {

    private static final Node NODE = Node.newBuilder().setId("edge-1").build();
    private static final Node NODE_THAT_SENDS_ALL = NODE.toBuilder()
            .addClientFeatures("envoy.lrs.supports_send_all_clusters")
            .build();

    private final TestingEngine server = new TestingEngine();

    @AfterEach
    void close() {
        server.close();
    }

    private static final class Client implements StreamObserver<LoadStatsResponse> {

        private final List<LoadStatsResponse> responses = new ArrayList<>();
        private Optional<Status> end = Optional.empty();

        @Override
        public void onNext(LoadStatsResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable t) {
            end = Optional.of(((StatusRuntimeException) t).getStatus());
        }

        @Override
        public void onCompleted() {
            end = Optional.of(Status.OK);
        }
    }

    @Test
    void o82AClientThatCanReportAllClustersIsAskedTo() {
        Client client = new Client();
        server.openLoads(client).onNext(first(NODE_THAT_SENDS_ALL));

        assertThat(client.responses).hasSize(1);
        assertThat(client.responses.getFirst().getSendAllClusters()).isTrue();
        assertThat(client.responses.getFirst().getClustersList()).isEmpty();
        assertThat(client.responses.getFirst().getLoadReportingInterval().getSeconds())
                .isEqualTo(10);
    }

    @Test
    void o82AnotherIsAskedForItsClustersByNameAndAgainWhenTheyAreOthers() {
        Client client = new Client();
        StreamObserver<LoadStatsRequest> reports = server.openLoads(client);
        reports.onNext(first(NODE));
        assertThat(client.responses.getFirst().getClustersList()).containsExactly("cart");

        reports.onNext(report("cart", 1));
        assertThat(client.responses).as("nothing new to ask").hasSize(1);
        server.clusters.add("orders");
        reports.onNext(report("cart", 1));

        assertThat(client.responses).hasSize(2);
        assertThat(client.responses.getLast().getClustersList()).containsExactly("cart", "orders");
    }

    @Test
    void o82TheNodeOfTheFirstRequestIsThatOfAll() {
        StreamObserver<LoadStatsRequest> reports = server.openLoads(new Client());
        reports.onNext(first(NODE));

        reports.onNext(report("cart", 7).toBuilder()
                .setNode(Node.newBuilder().setId("edge-2"))
                .build());

        assertThat(server.loads.of("edge-1")).hasSize(1);
        assertThat(server.loads.of("edge-2")).isEmpty();
    }

    @Test
    void o82ANodeWithoutIdEndsTheStream() {
        for (Node node :
                List.of(Node.getDefaultInstance(), NODE.toBuilder().clearId().build())) {
            Client client = new Client();
            server.openLoads(client).onNext(first(node));

            assertThat(client.end.map(Status::getCode)).contains(Status.Code.INVALID_ARGUMENT);
            assertThat(client.end.map(Status::getDescription).orElseThrow()).contains("node");
        }
        assertThat(streams()).isZero();
    }

    @Test
    void o82TheLastTwoReportsOfEachClusterAreKept() {
        StreamObserver<LoadStatsRequest> reports = server.openLoads(new Client());
        reports.onNext(first(NODE));

        reports.onNext(report("cart", 1));
        reports.onNext(report("cart", 2));
        reports.onNext(report("orders", 10));
        reports.onNext(report("cart", 3));

        assertThat(server.loads.of("edge-1"))
                .extracting(
                        ClusterLoad::cluster,
                        load -> load.localities().getFirst().traffic().succeeded())
                .containsExactlyInAnyOrder(tuple("cart", 3L), tuple("cart", 2L), tuple("orders", 10L));
        assertThat(server.meters.get("chancery.xds.load.reports").counter().count())
                .isEqualTo(4);
    }

    @Test
    void o82AReportIsKeptAsItCame() {
        StreamObserver<LoadStatsRequest> reports = server.openLoads(new Client());
        reports.onNext(first(NODE));

        reports.onNext(report("cart", 5));

        assertThat(server.loads.of("edge-1"))
                .containsExactly(new ClusterLoad(
                        "cart",
                        "cart-service",
                        TestingEngine.NOW,
                        java.time.Duration.ofMillis(10_500),
                        4,
                        List.of(new ClusterLoad.LocalityLoad(
                                new Locality("eu", "eu-1", ""), 1, new ClusterLoad.Traffic(5, 3, 2, 9))),
                        Map.of("10.0.0.1:80", new ClusterLoad.Traffic(5, 3, 2, 9))));
    }

    @Test
    void o82AClientIsAskedToReportOfEachEndpointUnlessItIsTooMuch() {
        Client client = new Client();
        server.openLoads(client).onNext(first(NODE));

        assertThat(client.responses.getFirst().getReportEndpointGranularity()).isTrue();
    }

    @Test
    void ofSingleEndpointsTheLastReportCounts() {
        StreamObserver<LoadStatsRequest> reports = server.openLoads(new Client());
        reports.onNext(first(NODE));
        reports.onNext(report("cart", 1));
        reports.onNext(report("cart", 2));
        reports.onNext(report("orders", 3));

        assertThat(server.loads.ofCluster("cart")).containsOnlyKeys("edge-1");
        assertThat(server.loads.ofCluster("cart").values())
                .extracting(ClusterLoad::endpoints)
                .containsExactly(Map.of("10.0.0.1:80", new ClusterLoad.Traffic(2, 3, 2, 9)));
        assertThat(server.loads.of("edge-1").get(1).endpoints()).isEmpty();
        assertThat(server.loads.endpointCount()).isEqualTo(2);

        reports.onCompleted();
        assertThat(server.loads.ofCluster("cart")).isEmpty();
        assertThat(server.loads.endpointCount()).isZero();
    }

    @Test
    void anEndpointWithoutAnAddressIsPassedOver() {
        StreamObserver<LoadStatsRequest> reports = server.openLoads(new Client());
        reports.onNext(first(NODE));
        LoadStatsRequest.Builder report = report("cart", 1).toBuilder();
        report.getClusterStatsBuilder(0)
                .getUpstreamLocalityStatsBuilder(0)
                .addUpstreamEndpointStats(UpstreamEndpointStats.newBuilder()
                        .setAddress(
                                Address.newBuilder().setPipe(Pipe.newBuilder().setPath("/run/x"))))
                .addUpstreamEndpointStats(endpoint("cart.internal", 1))
                .addUpstreamEndpointStats(endpoint("::1", 7));

        reports.onNext(report.build());

        assertThat(server.loads.of("edge-1").getFirst().endpoints()).containsOnlyKeys("10.0.0.1:80", "[::1]:80");
    }

    @Test
    void ofVeryManyEndpointsOnlyTheLocalitiesAreKept() {
        LoadReports loads = new LoadReports();
        loads.opened("edge-1");
        LoadStatsRequest.Builder report = report("", 1).toBuilder();
        for (int i = 1; i < LoadReportReader.MAX_ENDPOINTS; i++) {
            report.getClusterStatsBuilder(0)
                    .getUpstreamLocalityStatsBuilder(0)
                    .addUpstreamEndpointStats(endpoint("10.1." + i / 250 + '.' + i % 250, 1));
        }
        int clusters = LoadReports.MAX_ENDPOINTS / LoadReportReader.MAX_ENDPOINTS;
        for (int i = 0; i <= clusters; i++) {
            report.getClusterStatsBuilder(0).setClusterName("cluster-" + i);
            loads.add("edge-1", LoadReportReader.read(report.build(), TestingEngine.NOW));
        }

        assertThat(loads.endpointCount()).isEqualTo(LoadReports.MAX_ENDPOINTS);
        assertThat(loads.of("edge-1").getLast().endpoints()).isEmpty();
        assertThat(loads.of("edge-1").getLast().localities()).hasSize(1);
    }

    @Test
    void aReportThatCannotBeTrueDisturbsNothing() {
        Client client = new Client();
        StreamObserver<LoadStatsRequest> reports = server.openLoads(client);
        reports.onNext(first(NODE));

        reports.onNext(LoadStatsRequest.newBuilder()
                .addClusterStats(ClusterStats.newBuilder()
                        .setClusterName("cart")
                        .setTotalDroppedRequests(-1)
                        .setLoadReportInterval(
                                Duration.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(Integer.MIN_VALUE)))
                .build());

        assertThat(client.end).isEmpty();
        ClusterLoad load = server.loads.of("edge-1").getFirst();
        assertThat(load.interval()).isEqualTo(java.time.Duration.ZERO);
        assertThat(load.dropped()).isZero();
    }

    @Test
    void whatANodeReportedIsForgottenWithItsLastStream() {
        StreamObserver<LoadStatsRequest> one = server.openLoads(new Client());
        StreamObserver<LoadStatsRequest> other = server.openLoads(new Client());
        one.onNext(first(NODE));
        other.onNext(first(NODE));
        one.onNext(report("cart", 1));

        one.onCompleted();
        assertThat(server.loads.of("edge-1")).hasSize(1);
        other.onCompleted();

        assertThat(server.loads.of("edge-1")).isEmpty();
        assertThat(server.loads.nodeCount()).isZero();
        assertThat(streams()).isZero();
    }

    @Test
    void ofANodeThatInventsClustersTheLastOnesAreKept() {
        LoadReports loads = new LoadReports();
        loads.opened("edge-1");
        for (int i = 0; i <= LoadReports.MAX_CLUSTERS; i++) {
            loads.add("edge-1", LoadReportReader.read(report("cluster-" + i, 1), TestingEngine.NOW));
        }

        assertThat(loads.of("edge-1"))
                .hasSize(LoadReports.MAX_CLUSTERS)
                .noneMatch(load -> load.cluster().equals("cluster-0"));
    }

    @Test
    void aReportThatCannotBeReadEndsTheStream() {
        TestingRawStream stream = server.openRaw(LoadReportingServiceGrpc.getStreamLoadStatsMethod());

        stream.send(new byte[] {-1, -1, -1});

        assertThat(stream.end().map(Status::getCode)).contains(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aServerThatEndsTakesItsLeaveHereToo() {
        Client client = new Client();
        server.openLoads(client).onNext(first(NODE));

        server.engine.drain(java.time.Duration.ofSeconds(5));
        server.loadService.drain();
        Client late = new Client();
        server.openLoads(late).onNext(first(NODE));

        assertThat(client.end.map(Status::getDescription)).contains("draining");
        assertThat(late.end.map(Status::getDescription)).contains("draining");
        assertThat(streams()).isZero();
    }

    @Test
    void aStreamEndsAtTheMaximumAgeOnceItHasBeenAnswered() {
        java.time.Duration age = java.time.Duration.ofMinutes(30);
        try (TestingEngine aging = new TestingEngine(new StreamAge(age, java.time.Duration.ZERO))) {
            Client answered = new Client();
            Client silent = new Client();
            aging.openLoads(answered).onNext(first(NODE));
            StreamObserver<LoadStatsRequest> later = aging.openLoads(silent);

            aging.pass(age);
            assertThat(answered.end.map(Status::getDescription)).contains("maximum age");
            assertThat(silent.end).isEmpty();
            later.onNext(first(NODE));

            assertThat(silent.responses).hasSize(1);
            assertThat(silent.end.map(Status::getDescription)).contains("maximum age");
        }
    }

    private double streams() {
        return server.meters.get("chancery.xds.load.streams").gauge().value();
    }

    private static LoadStatsRequest first(Node node) {
        return LoadStatsRequest.newBuilder().setNode(node).build();
    }

    private static LoadStatsRequest report(String cluster, long succeeded) {
        return LoadStatsRequest.newBuilder()
                .addClusterStats(ClusterStats.newBuilder()
                        .setClusterName(cluster)
                        .setClusterServiceName(cluster + "-service")
                        .setTotalDroppedRequests(4)
                        .setLoadReportInterval(
                                Duration.newBuilder().setSeconds(10).setNanos(500_000_000))
                        .addUpstreamLocalityStats(UpstreamLocalityStats.newBuilder()
                                .setLocality(io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
                                        .setRegion("eu")
                                        .setZone("eu-1"))
                                .setPriority(1)
                                .setTotalSuccessfulRequests(succeeded)
                                .setTotalErrorRequests(3)
                                .setTotalRequestsInProgress(2)
                                .setTotalIssuedRequests(9)
                                .addUpstreamEndpointStats(endpoint("10.0.0.1", succeeded))))
                .build();
    }

    private static UpstreamEndpointStats endpoint(String address, long succeeded) {
        return UpstreamEndpointStats.newBuilder()
                .setAddress(Address.newBuilder()
                        .setSocketAddress(
                                SocketAddress.newBuilder().setAddress(address).setPortValue(80)))
                .setTotalSuccessfulRequests(succeeded)
                .setTotalErrorRequests(3)
                .setTotalRequestsInProgress(2)
                .setTotalIssuedRequests(9)
                .build();
    }
}
