package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A listener that only Envoy can refuse: it is valid, and its script is not. */
class EnvoyQuarantineIT {

    private static final String GOOD_SCRIPT = "function envoy_on_response(handle) end";
    private static final String BAD_SCRIPT = "function envoy_on_response(handle";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration ENVOYS_CHANGE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestingServer.start(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void anEnvoyThatStartsAfterTheRefusalComesUpOnTheLastGoodListener(Variant variant)
            throws IOException, InterruptedException {
        declare("one", GOOD_SCRIPT);
        try (TestingEnvoy first = TestingEnvoy.startDynamic(folder, variant, server.xdsPort(), "edge-1")) {
            assertThat(first.get().body()).isEqualTo("one");

            JsonNode receipt = declare("two", BAD_SCRIPT).get("receipt");

            assertThat(receipt.get("refused").intValue()).isEqualTo(1);
            assertThat(receipt.get("refusers").get(0).stringValue()).isEqualTo("edge-1");
            JsonNode held = await("the version to be held back")
                    .until(() -> get("/v1/quarantine").get("quarantine"), found -> !found.isEmpty())
                    .get(0);
            assertThat(held.get("state").stringValue()).isEqualTo("held");
            assertThat(held.get("type").stringValue()).isEqualTo("lds");
            assertThat(held.get("resource").stringValue()).isEqualTo("ingress");
            assertThat(held.get("author").stringValue()).isEqualTo("ada");
            assertThat(held.get("nodes").get(0).stringValue()).isEqualTo("edge-1");
            assertThat(held.get("message").stringValue()).contains("script load error");
            JsonNode node = get("/v1/nodes/edge-1");
            assertThat(node.get("state").stringValue()).isEqualTo("refusing");
            assertThat(node.get("refusals").get(0).get("author").stringValue()).isEqualTo("ada");
            assertThat(node.get("refusals").get(0).get("version")).isEqualTo(held.get("version"));
            assertThat(first.get().body()).as("the first goes on as before").isEqualTo("one");
            assertThat(first.stat("listener_manager.lds.update_rejected")).isEqualTo(1);

            try (TestingEnvoy second = TestingEnvoy.startDynamic(folder, variant, server.xdsPort(), "edge-2")) {
                assertThat(second.get().body()).isEqualTo("one");
                assertThat(second.stat("listener_manager.lds.update_rejected")).isZero();
                assertThat(get("/v1/nodes/edge-2").get("refusals")).isEmpty();

                declare("three", GOOD_SCRIPT);

                await("both to have the next version").atMost(ENVOYS_CHANGE).untilAsserted(() -> {
                    assertThat(first.get().body()).isEqualTo("three");
                    assertThat(second.get().body()).isEqualTo("three");
                });
                await("the quarantine to be over")
                        .until(() -> get("/v1/quarantine").get("quarantine").isEmpty());
                assertThat(first.stat("listener_manager.lds.update_rejected")).isEqualTo(1);
                assertThat(get("/v1/nodes/edge-1").get("state").stringValue()).isEqualTo("synced");
            }
        }
    }

    private JsonNode declare(String answer, String script) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(uri("/v1/manifests/Resource/ingress?wait=acked&timeout=20s"))
                        .header("Content-Type", "application/json")
                        .header("X-Author", "ada")
                        .PUT(HttpRequest.BodyPublishers.ofString(listener(answer, script)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        return JSON.readTree(response.body());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(server.get(path).body());
    }

    private URI uri(String path) {
        return server.api().resolve(path);
    }

    private static String listener(String answer, String script) {
        return """
                {"spec": {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "ingress",
                 "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
                 "filter_chains": [{"filters": [{"name": "http", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "ingress",
                   "http_filters": [
                     {"name": "lua", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
                       "default_source_code": {"inline_string": "%s"}}},
                     {"name": "router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],
                   "route_config": {"name": "inline", "virtual_hosts": [{"name": "all", "domains": ["*"],
                     "routes": [{"match": {"prefix": "/"}, "direct_response": {"status": 200, "body": {"inline_string": "%s"}}}]}]}
                 }}]}]}}
                """.formatted(script, answer);
    }
}
