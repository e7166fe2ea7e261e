package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a real Envoy would say of a change is known before it is made. */
class EnvoyDryRunIT {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    @Test
    void whatEnvoyWouldTakeAndWhatItWouldRefuseIsToldInItsWordsAndNothingIsChanged()
            throws IOException, InterruptedException {
        String routes = TestingManifests.routes("cart");
        String wrong = routes.replace(
                "\"match\": {\"prefix\": \"/\"}", "\"match\": {\"safe_regex\": {\"regex\": \"(unclosed\"}}");
        try (TestingServer server = TestingServer.start(
                folder, "--chancery.store=memory", "--chancery.envoy.binary=" + TestingEnvoy.binary())) {

            JsonNode taken = verdict(server, routes);
            JsonNode refused = verdict(server, wrong);

            assertThat(taken.path("verdict").asString()).as("%s", taken).isEqualTo("accepted");
            assertThat(refused.path("verdict").asString()).as("%s", refused).isEqualTo("refused");
            assertThat(refused.path("words").asString()).contains("unclosed");
            assertThat(JSON.readTree(server.get("/v1/manifests").body()).get("manifests"))
                    .isEmpty();
        }
    }

    private static JsonNode verdict(TestingServer server, String routes) throws IOException, InterruptedException {
        HttpResponse<String> answer = server.send(
                "POST",
                "/v1/apply?dryRun=true&deep=true",
                TestingManifests.list(
                        TestingManifests.listener(),
                        routes,
                        TestingManifests.cluster("cart"),
                        TestingManifests.assignment("cart", "127.0.0.1:80")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode groups = JSON.readTree(answer.body()).get("groups");
        assertThat(groups).hasSize(1);
        return groups.get(0).get("envoy");
    }
}
