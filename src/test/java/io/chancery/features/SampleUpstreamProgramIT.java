package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.PackagedServer;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the containers of {@code docker-compose.yml} run, from the layout that the Dockerfile makes. */
class SampleUpstreamProgramIT {

    private static final Pattern ENDPOINT =
            Pattern.compile("\"address\":\"(?<address>[^\"]+)\",\"port\":(?<port>\\d+)");

    @TempDir
    Path folder;

    @Test
    void anUpstreamRegistersItselfAndLeavesWhenToldToEnd() throws IOException, InterruptedException {
        try (TestingServer server = TestingServer.start(folder.resolve("data"));
                HttpClient client = HttpClient.newHttpClient()) {
            Process upstream = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            PackagedServer.ofThisBuild().extractedJar().toString(),
                            "io.chancery.demo.SampleUpstreamProgram",
                            server.api().toString(),
                            "0")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("upstream.log").toFile())
                    .start();
            try {
                await("the upstream to register itself")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> endpoints(server).find());
                Matcher endpoint = endpoints(server);
                assertThat(endpoint.find()).isTrue();
                URI uri = URI.create("http://" + endpoint.group("address") + ":" + endpoint.group("port") + "/healthz");
                assertThat(client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("{\"success\":true,\"message\":\"ok\"}");

                upstream.destroy();

                assertThat(upstream.waitFor(10, TimeUnit.SECONDS)).isTrue();
                assertThat(endpoints(server).find()).as("still registered").isFalse();
            } finally {
                upstream.destroyForcibly();
            }
        }
    }

    private static Matcher endpoints(TestingServer server) throws IOException, InterruptedException {
        return ENDPOINT.matcher(server.get("/v1/services/myservice/endpoints").body());
    }
}
