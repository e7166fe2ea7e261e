package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.demo.EnvoyProcess;
import io.chancery.testing.FreePorts;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runtime values in a real Envoy: what it shows, what it does by them, and what it has while Chancery is away. */
class EnvoyRuntimeIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CHANGE = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofSeconds(30);

    /** As the original has it: a service of its own, state of the world. */
    private static final String OWN_SERVICE = """
            layered_runtime:
              layers:
                - name: rtds_layer
                  rtds_layer:
                    name: runtime
                    rtds_config:
                      resource_api_version: V3
                      api_config_source:
                        api_type: GRPC
                        transport_api_version: V3
                        grpc_services: [ { envoy_grpc: { cluster_name: chancery } } ]
            """;

    private static final String ORIGINAL = """
            {"values": {"shuffle_sharding.total_hosts": 8, "shuffle_sharding.default_shard_size": 2,
              "shuffle_sharding.customer.customer-A.shard_size": 2, "shuffle_sharding.customer.customer-B.shard_size": 2,
              "shuffle_sharding.customer.customer-C.shard_size": 2}}""";

    @TempDir
    private Path folder;

    private final int port = FreePorts.one();
    private final int faultsPort = FreePorts.one();

    /** Keeps its connections: a change counts for the next request on each of them. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
    }

    @Test
    void theOriginalsNodeShowsItsValuesAndEachChangeWithinASecond() throws IOException, InterruptedException {
        try (TestingServer server = server()) {
            set(server, "PUT", "/v1/runtime/runtime", ORIGINAL);
            NodeName node = new NodeName("envoy-shuffle-shard", "envoy-cluster");
            try (TestingEnvoy envoy =
                    TestingEnvoy.startDynamic(folder, server.xdsPort(), node, "ingress", OWN_SERVICE)) {
                assertThat(shown(envoy.adminPage("/runtime")))
                        .containsAllEntriesOf(Map.of(
                                "shuffle_sharding.total_hosts", "8",
                                "shuffle_sharding.default_shard_size", "2",
                                "shuffle_sharding.customer.customer-A.shard_size", "2",
                                "shuffle_sharding.customer.customer-B.shard_size", "2",
                                "shuffle_sharding.customer.customer-C.shard_size", "2"));

                set(server, "PATCH", "/v1/runtime/runtime?wait=acked&timeout=10s", "{\"values\": {\"first\": true}}");
                set(server, "PATCH", "/v1/runtime/runtime", """
                        {"values": {"shuffle_sharding": {"total_hosts": 12, "customer": {"customer-A": {"shard_size": 3}}}}}""");
                awaitShown(
                        envoy,
                        Map.of(
                                "shuffle_sharding.total_hosts", "12",
                                "shuffle_sharding.customer.customer-A.shard_size", "3",
                                "shuffle_sharding.customer.customer-B.shard_size", "2"));

                for (int i = 0; i < 20; i++) {
                    String key = "/v1/runtime/runtime/shuffle_sharding.customer.customer-B.shard_size";
                    set(server, "PUT", key, "3");
                    set(server, "PUT", key, "4");
                    awaitShown(envoy, Map.of("shuffle_sharding.customer.customer-B.shard_size", "4"));
                    set(server, "PUT", key + "?wait=acked", "2");
                    assertThat(shown(envoy.adminPage("/runtime")))
                            .containsEntry("shuffle_sharding.customer.customer-B.shard_size", "2");
                }
            }
        }
    }

    @Test
    void aValueThatEnvoyReadsChangesWhereRequestsGoWithinASecondAndOutlivesKill()
            throws IOException, InterruptedException {
        try (TestingServer server = server()) {
            set(server, "PUT", "/v1/runtime/common", "{\"values\": {\"shop.new_flow\": 0, \"shop.text\": \"x\"}}");
            set(server, "PUT", "/v1/runtime/edge", "{\"order\": 1, \"nodes\": {\"id\": \"edge-*\"}, \"values\": {}}");
            try (EnvoyProcess envoy = start(bootstrap(server, "node=edge-1&admin=127.0.0.1:0"))) {
                await("the listeners")
                        .atMost(START)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> get(port).body().contains("old")
                                && get(faultsPort).statusCode() == 200);
                set(server, "PUT", "/v1/runtime/common/shop.text?wait=acked&timeout=10s", "\"y\"");
                for (String value : List.of("100", "\"0%\"", "\"100%\"", "{\"numerator\": 0}", "100")) {
                    set(server, "PUT", "/v1/runtime/common/shop.new_flow", value);
                    awaitBody(value.contains("100") ? "new" : "old", value);
                }
                set(server, "PUT", "/v1/runtime/edge/shop.new_flow", "0");
                awaitBody("old");
                set(server, "DELETE", "/v1/runtime/edge/shop.new_flow", "");
                awaitBody("new");

                for (int status : new int[] {503, 200, 503}) {
                    set(
                            server,
                            "PUT",
                            "/v1/runtime/common/fault.http.abort.abort_percent",
                            status == 503 ? "100" : "0");
                    await("the fault")
                            .atMost(CHANGE)
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> get(faultsPort).statusCode() == status);
                }

                server.kill();
                server.restart();

                assertThat(server.get("/v1/runtime/common/shop.new_flow").body())
                        .contains("\"value\":100,");
                assertThat(server.get("/v1/runtime/common/shop.text").body()).contains("\"value\":\"y\"");
                for (int i = 0; i < 20; i++) {
                    assertThat(get(port).body()).contains("new");
                }
                await("Envoy to be back")
                        .atMost(START)
                        .until(() -> JSON.readTree(
                                        server.get("/v1/nodes/edge-1").body())
                                .path("connected")
                                .booleanValue(false));
                set(server, "PUT", "/v1/runtime/common/shop.new_flow?wait=acked&timeout=10s", "0");
                awaitBody("old");
                assertThat(envoy.adminPage("/runtime")).contains("shop.text");
            }
        }
    }

    @Test
    void anEnvoyThatStartsWhileChanceryIsAwayHasTheFallback() throws IOException, InterruptedException {
        try (TestingServer server = server()) {
            set(server, "PUT", "/v1/runtime/runtime", """
                    {"values": {"shuffle_sharding.total_hosts": 12, "shuffle_sharding.customer.a.shard_size": 5},
                     "fallback": {"shuffle_sharding": {"total_hosts": 8, "default_shard_size": 2}}}""");
            set(server, "PUT", "/v1/runtime/shop", "{\"order\": 1, \"values\": {\"shop.new_flow\": \"5%\"}}");
            Path bootstrap = bootstrap(server, "node=envoy-shuffle-shard&admin=127.0.0.1:0");
            server.kill();

            try (EnvoyProcess envoy = start(bootstrap)) {
                Map<String, String> shown = shown(envoy.adminPage("/runtime"));
                assertThat(shown)
                        .containsEntry("shuffle_sharding.total_hosts", "8")
                        .containsEntry("shuffle_sharding.default_shard_size", "2")
                        .containsKey("shop.new_flow")
                        .doesNotContainKey("shuffle_sharding.customer.a.shard_size");

                server.restart();
                await("what Chancery says")
                        .atMost(START)
                        .untilAsserted(() -> assertThat(shown(envoy.adminPage("/runtime")))
                                .containsEntry("shuffle_sharding.total_hosts", "12")
                                .containsEntry("shuffle_sharding.default_shard_size", "2")
                                .containsEntry("shuffle_sharding.customer.a.shard_size", "5"));

                server.kill();
                assertThat(shown(envoy.adminPage("/runtime")))
                        .as("what it was told stays")
                        .containsEntry("shuffle_sharding.total_hosts", "12");
            }
        }
    }

    /** A route that follows a runtime value, and a filter that breaks off requests by one. */
    private String listeners() {
        return """
            kind: Listener
            name: ingress
            spec:
              address: 127.0.0.1
              port: %d
              routes:
                - {prefix: /, response: {status: 200, body: old}}
                - {prefix: /, fraction: {runtimeKey: shop.new_flow, percent: 0}, response: {status: 200, body: new}}
            ---
            kind: Resource
            name: faults
            spec:
              "@type": type.googleapis.com/envoy.config.listener.v3.Listener
              name: faults
              address: {socket_address: {address: 127.0.0.1, port_value: %d}}
              filter_chains:
                - filters:
                    - name: http
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: faults
                        route_config:
                          virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes: [{match: {prefix: /}, direct_response: {status: 200}}]
                        http_filters:
                          - name: fault
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                              abort: {http_status: 503, percentage: {numerator: 0}}
                          - name: router
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
            """.formatted(port, faultsPort);
    }

    private TestingServer server() throws IOException, InterruptedException {
        TestingServer server = TestingServer.start(folder.resolve("data"));
        server.apply(TestingDocuments.list(listeners()));
        return server;
    }

    private static void set(TestingServer server, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = server.send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }

    private HttpResponse<String> get(int from) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from + "/"))
                .timeout(START)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void awaitBody(String body) {
        awaitBody(body, "the change");
    }

    private void awaitBody(String body, String reason) {
        await("the answer " + body + " by " + reason)
                .atMost(CHANGE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> get(port).body().contains(body));
    }

    private static void awaitShown(TestingEnvoy envoy, Map<String, String> values) {
        await("the values")
                .atMost(CHANGE)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(
                        () -> assertThat(shown(envoy.adminPage("/runtime"))).containsAllEntriesOf(values));
    }

    /** The values that count, by key. */
    private static Map<String, String> shown(String page) {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry :
                JSON.readTree(page).path("entries").properties()) {
            values.put(entry.getKey(), entry.getValue().path("final_value").asString());
        }
        return values;
    }

    private Path bootstrap(TestingServer server, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = server.get("/v1/bootstrap?" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Files.writeString(folder.resolve("envoy.yaml"), answer.body());
    }

    private EnvoyProcess start(Path bootstrap) throws IOException, InterruptedException {
        return switch (EnvoyProcess.start(TestingEnvoy.binary(), bootstrap, folder)) {
            case EnvoyProcess.StartResult.Failed(String reason) -> throw new AssertionError("Envoy: " + reason);
            case EnvoyProcess.StartResult.Started(EnvoyProcess started) -> started;
        };
    }
}
