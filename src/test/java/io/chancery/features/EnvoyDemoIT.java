package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as the README starts it, on free ports: what it prints can be typed, and does what it says. */
class EnvoyDemoIT {

    @TempDir
    Path folder;

    @Test
    void theThreePrintedCurlsWorkAndTheUpstreamsLeaveWhenItEnds() throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        try (HttpClient client = HttpClient.newHttpClient();
                TestingServer demo = TestingServer.start(
                        data,
                        "--spring.profiles.active=demo",
                        "--chancery.demo.folder=" + folder.resolve("demo"),
                        "--chancery.demo.envoy-port=0",
                        "--chancery.demo.admin-port=0")) {
            await("the guide")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> demo.output().contains("Ctrl-C ends everything."));
            List<URI> curls = demo.output()
                    .lines()
                    .filter(line -> line.strip().startsWith("curl "))
                    .map(line -> URI.create(line.strip().substring(5).replace("\"", "")))
                    .toList();
            assertThat(curls).as(demo.output()).hasSize(3);
            String endpoint = curls.get(1).getQuery().substring("endpoint=".length());
            String leaving = get(client, URI.create("http://" + endpoint + "/"));

            assertThat(uuids(client, curls.getFirst())).hasSize(5).contains(leaving);
            assertThat(get(client, curls.get(1))).isEqualTo(endpoint + " ok");
            await("the one taken out to have no more requests")
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> !uuids(client, curls.getFirst()).contains(leaving));
            assertThat(get(client, curls.get(2))).isEqualTo(endpoint + " ok");
            await("the one put back to have requests again")
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> uuids(client, curls.getFirst()).contains(leaving));

            demo.terminate();
            assertThat(demo.output()).contains("The demo's upstreams are deregistered. count=5");
        }
        try (TestingServer after = TestingServer.start(data)) {
            assertThat(after.revisionAtStart())
                    .as("five registered, one taken out and put back, five deregistered")
                    .isEqualTo(12);
            assertThat(after.get("/v1/services/myservice/endpoints").body()).doesNotContain("127.0.0.1");
        }
    }

    private static Set<String> uuids(HttpClient client, URI envoy) throws IOException, InterruptedException {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 15; i++) {
            answers.add(get(client, envoy));
        }
        return answers;
    }

    private static String get(HttpClient client, URI uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
