package io.chancery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, step by step, against the packaged server. */
class ReadmeTourIT {

    @TempDir
    Path folder;

    @Test
    void everyStepOfTheTourAnswersAsShown() throws IOException, InterruptedException {
        String readme = Files.readString(Path.of("README.md"));
        List<Tour.Step> steps = Tour.steps(readme);
        assertThat(steps).hasSize(readme.split("<!-- tour", -1).length - 1).hasSizeGreaterThan(5);

        try (TestingServer server = TestingServer.startJar(folder.resolve("data"));
                HttpClient client = HttpClient.newHttpClient()) {
            for (Tour.Step step : steps) {
                HttpResponse<String> response =
                        client.send(step.request(server.api()), HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode())
                        .as(step.command() + " is answered " + response.body())
                        .satisfiesAnyOf(
                                status -> assertThat(status).isEqualTo(step.status()),
                                status -> assertThat(List.of(step.status(), status))
                                        .isEqualTo(List.of(200, 201)));
                step.answer().ifPresent(answer -> assertThat(response.body()).isEqualTo(answer));
            }
            assertThat(server.get("/v1/services").body()).contains("billing", "myservice");
        }
    }
}
