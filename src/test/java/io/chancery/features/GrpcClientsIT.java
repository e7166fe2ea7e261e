package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingGrpcClient;
import io.chancery.testing.TestingGrpcClient.Kind;
import io.chancery.testing.TestingGrpcUpstream;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real gRPC clients without a proxy take their listener, routes, clusters and endpoints from the packaged server. */
class GrpcClientsIT {

    private static final int CALLS_PER_SECOND = 100;
    private static final int MOVES = 25;

    @TempDir
    Path folder;

    private TestingServer server;
    private TestingGrpcUpstream first;
    private TestingGrpcUpstream second;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = TestingServer.start(folder.resolve("data"));
        first = TestingGrpcUpstream.start();
        second = TestingGrpcUpstream.start();
        server.apply(TestingManifests.list(listener(), TestingManifests.routes("echo-0"), cluster("echo-0", "even")));
    }

    @AfterEach
    void close() {
        server.close();
        first.close();
        second.close();
    }

    @ParameterizedTest
    @EnumSource
    void endpointsComeAndGoWithoutAFailedCall(Kind kind) throws IOException, InterruptedException {
        change("register", "even", first);
        try (TestingGrpcClient client = TestingGrpcClient.start(kind, server.xdsPort(), CALLS_PER_SECOND)) {
            awaitAnswerOf(client, first);

            change("register", "even", second);
            awaitAnswerOf(client, second);
            change("deregister", "even", first);
            awaitNoAnswerOf(client, first);
            first.close();
            awaitAnswerOf(client, second);

            assertThat(client.stop()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRouteThatMovesToANewClusterWhileTheOldOneGoesFailsNoCall(Kind kind) throws IOException, InterruptedException {
        change("register", "even", first);
        change("register", "odd", second);
        try (TestingGrpcClient client = TestingGrpcClient.start(kind, server.xdsPort(), CALLS_PER_SECOND)) {
            awaitAnswerOf(client, first);

            for (int move = 1; move <= MOVES; move++) {
                server.apply(TestingManifests.list(
                        TestingManifests.routes("echo-" + move),
                        cluster("echo-" + move, move % 2 == 0 ? "even" : "odd"),
                        TestingManifests.removal("cluster-echo-" + (move - 1))));
                awaitAnswerOf(client, move % 2 == 0 ? first : second);
            }

            assertThat(client.stop()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsGoOnWhileTheServerIsKilledAndChangesArriveAfterItIsBack(Kind kind)
            throws IOException, InterruptedException {
        change("register", "even", first);
        try (TestingGrpcClient client = TestingGrpcClient.start(kind, server.xdsPort(), CALLS_PER_SECOND)) {
            awaitAnswerOf(client, first);

            server.kill();
            awaitAnswerOf(client, first);
            server.restart();
            change("register", "even", second);
            awaitAnswerOf(client, second);

            assertThat(client.stop()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheFirstPriorityIsEmptyTheNextOneTakesItsCalls(Kind kind) throws IOException, InterruptedException {
        // In localities of their own: gRPC for Java keeps one entry of those of the same locality, in any priority.
        put("even", first, "near", 0);
        put("even", second, "far", 2);
        try (TestingGrpcClient client = TestingGrpcClient.start(kind, server.xdsPort(), CALLS_PER_SECOND)) {
            awaitAnswerOf(client, first);
            assertThat(client.answeredSince(0, second.endpoint())).isFalse();

            change("deregister", "even", first);
            awaitAnswerOf(client, second);
            awaitNoAnswerOf(client, first);

            assertThat(client.stop()).isEmpty();
        }
    }

    private void put(String service, TestingGrpcUpstream upstream, String region, int priority)
            throws IOException, InterruptedException {
        int colon = upstream.endpoint().indexOf(':');
        HttpResponse<String> response =
                server.send("PUT", "/v1/services/" + service + "/endpoints/" + upstream.endpoint(), """
                {"address": "127.0.0.1", "port": %s, "locality": {"region": "%s"}, "priority": %d}""".formatted(
                                upstream.endpoint().substring(colon + 1), region, priority));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    private void change(String action, String service, TestingGrpcUpstream upstream)
            throws IOException, InterruptedException {
        String path = "/edsservice/" + action + "?service=" + service + "&endpoint="
                + URLEncoder.encode(upstream.endpoint(), StandardCharsets.UTF_8);
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
    }

    private static void awaitAnswerOf(TestingGrpcClient client, TestingGrpcUpstream upstream) {
        int before = client.count();
        patiently("a call to reach " + upstream.endpoint(), client)
                .until(() -> client.answeredSince(before, upstream.endpoint()));
    }

    /** Two hundred calls in a row, with round robin, are no accident. */
    private static void awaitNoAnswerOf(TestingGrpcClient client, TestingGrpcUpstream upstream) {
        patiently("calls to keep from " + upstream.endpoint(), client)
                .until(() -> client.count() > 200 && !client.answeredSince(client.count() - 200, upstream.endpoint()));
    }

    private static ConditionFactory patiently(String reason, TestingGrpcClient client) {
        return await(reason)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .failFast(
                        () -> assertThat(client.failures()).as(client.output()).isEmpty());
    }

    /** What {@code xds:///echo.example} asks for by that name. */
    private static String listener() {
        return TestingManifests.resource("listener-echo", """
                {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "echo.example",
                 "api_listener": {"api_listener": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "echo",
                   "rds": {"route_config_name": "routes", "config_source": {"ads": {}, "resource_api_version": "V3"}},
                   "http_filters": [{"name": "router", "typed_config":
                     {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}}""");
    }

    /** A cluster whose endpoints are those of a registered service. */
    private static String cluster(String name, String service) {
        return TestingManifests.resource("cluster-" + name, """
                {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "%s", "type": "EDS",
                 "connect_timeout": "1s",
                 "eds_cluster_config": {"service_name": "%s",
                   "eds_config": {"ads": {}, "resource_api_version": "V3"}}}""".formatted(name, service));
    }
}
