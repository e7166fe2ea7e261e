package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.demo.EnvoyBinary;
import io.chancery.demo.EnvoyProcess;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Envoy that is started with what Chancery says, and told what stands in a file. */
class EnvoyFilesIT {

    private static final JsonMapper JSON = new JsonMapper();

    @AutoClose
    private static TestingServer asked;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startServer(@TempDir Path data) throws IOException {
        asked = TestingServer.start(data, "--chancery.store=memory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node=edge-1",
                "node=edge-1&cluster=edge&xds=xds.example.com:18000&admin=0.0.0.0:0&layers=common,edge&region=eu&zone=a",
                "node=a%3A%20b%20%23%20%22c%22&xds=[::1]:443&admin=[::1]:9901",
                "node=test-id&cluster=mycluster&admin=0.0.0.0:9000",
                "node=gateway-1&cluster=gateway&admin=127.0.0.1:9090"
            })
    void envoyFindsTheFileValid(String query) throws IOException, InterruptedException {
        Path file = bootstrap(asked, query);

        Process validation = new ProcessBuilder(
                        binary().toString(), "--mode", "validate", "-c", file.toString(), "-l", "warning")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("validation.txt").toFile())
                .start();
        assertThat(validation.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(validation.exitValue())
                .as(Files.readString(folder.resolve("validation.txt")))
                .isZero();
        assertThat(Files.readString(folder.resolve("validation.txt"))).doesNotContain("[warning]");
    }

    @Test
    void anEnvoyWithNothingButThisFileConnectsAndAcceptsWhatItIsTold() throws IOException, InterruptedException {
        try (TestingServer server = TestingServer.start(folder.resolve("data"));
                TestingUpstream upstream = TestingUpstream.start()) {
            server.apply(TestingManifests.list(
                    TestingManifests.listener(),
                    TestingManifests.routes("shop"),
                    TestingManifests.cluster("shop"),
                    TestingManifests.assignment("shop", upstream.endpoint()),
                    TestingManifests.resource("layer", """
                            {"@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime", "name": "common",
                             "layer": {"shop.colour": "green"}}""")));
            Path file = bootstrap(
                    server, "node=edge-1&cluster=edge&admin=127.0.0.1:0&layers=common&region=eu-west-1&zone=a");
            try (EnvoyProcess envoy = start(file)) {
                int port = Objects.requireNonNull(envoy.awaitListeners(List.of("ingress"), Duration.ofSeconds(30))
                        .orElseThrow()
                        .get("ingress"));

                assertThat(get(port, "/")).isEqualTo(upstream.uuid());
                assertThat(envoy.adminPage("/runtime")).contains("shop.colour", "green");
                await("all answers to have come").atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    JsonNode node = JSON.readTree(server.get("/v1/nodes/edge-1").body());
                    assertThat(node.get("connected").booleanValue()).isTrue();
                    assertThat(node.get("state").stringValue()).isEqualTo("synced");
                    for (String type : new String[] {"cds", "eds", "lds", "rds", "rtds"}) {
                        assertThat(node.at("/types/" + type + "/state").stringValue(""))
                                .as("%s in %s", type, node)
                                .isEqualTo("synced");
                    }
                });
            }
        }
    }

    @Test
    void aFileInTheFormOfOthersIsServedAndFollowed() throws IOException, InterruptedException {
        int port = freePort();
        Path config = folder.resolve("config.yaml");
        try (TestingUpstream one = TestingUpstream.start();
                TestingUpstream two = TestingUpstream.start()) {
            Files.writeString(config, config(port, one.endpoint(), two.endpoint(), "[one, two]"));
            try (TestingServer server = TestingServer.start(folder.resolve("data"), "--chancery.files=" + config);
                    EnvoyProcess envoy = start(bootstrap(server, "node=test-id&admin=127.0.0.1:0"))) {
                await("both to be asked")
                        .atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .until(() -> {
                            get(port, "/");
                            return one.requests() > 0 && two.requests() > 0;
                        });

                Files.writeString(config, config(port, one.endpoint(), two.endpoint(), "[two]"));
                await("only one to be asked").atMost(Duration.ofSeconds(5)).until(() -> {
                    long before = one.requests();
                    for (int i = 0; i < 20; i++) {
                        get(port, "/");
                    }
                    return one.requests() == before;
                });
                // The first route that matches counts, as in the file.
                long before = one.requests();
                get(port, "/first");
                assertThat(one.requests()).isEqualTo(before + 1);

                Files.writeString(config, "name: test\nspec: {listeners: [], clusters: []}\n");
                await("the listener to be gone")
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> !envoy.adminPage("/listeners").contains("ingress"));
            }
        }
    }

    @Test
    void aSecretOutlivesKillAndIsStillTold() throws IOException, InterruptedException {
        try (TestingServer server = TestingServer.start(folder.resolve("data"))) {
            server.apply(TestingManifests.list(TestingManifests.resource("token", """
                    {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", "name": "token",
                     "generic_secret": {"secret": {"inline_string": "hunter2"}}}""")));

            server.kill();
            server.restart();

            HttpResponse<String> answer = server.get("/v1/manifests/Resource/token");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("[redacted]").doesNotContain("hunter2");
            assertThat(server.output()).doesNotContain("hunter2");
        }
    }

    private static String config(int port, String one, String two, String clusters) {
        return """
                name: test
                spec:
                  listeners:
                    - name: ingress
                      address: 127.0.0.1
                      port: %d
                      routes:
                        - {name: first, prefix: /first, clusters: [one]}
                        - {name: all, prefix: /, clusters: %s}
                  clusters:
                    - name: one
                      endpoints: [{address: 127.0.0.1, port: %s}]
                    - name: two
                      endpoints: [{address: 127.0.0.1, port: %s}]
                """.formatted(port, clusters, portOf(one), portOf(two));
    }

    private static String portOf(String endpoint) {
        return endpoint.substring(endpoint.indexOf(':') + 1);
    }

    private Path bootstrap(TestingServer server, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.get("/v1/bootstrap?" + query.replace("[", "%5B").replace("]", "%5D"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Files.writeString(folder.resolve("envoy.yaml"), answer.body());
    }

    private EnvoyProcess start(Path bootstrap) throws IOException, InterruptedException {
        return switch (EnvoyProcess.start(binary(), bootstrap, folder)) {
            case EnvoyProcess.StartResult.Failed(String reason) -> throw new AssertionError("Envoy: " + reason);
            case EnvoyProcess.StartResult.Started(EnvoyProcess started) -> started;
        };
    }

    private static Path binary() {
        return switch (EnvoyBinary.ofThisMachine().findOrInstall()) {
            case EnvoyBinary.Result.Found(Path binary, String _) -> binary;
            case EnvoyBinary.Result.Missing(String what, String remedy) ->
                throw new AssertionError("This test needs a real Envoy, but " + what + "; " + remedy);
        };
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Free until Envoy takes it. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
