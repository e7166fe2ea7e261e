package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingApplication;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Manifests in files: what they say is so, soon after they say it, and only they can change it. */
class FilesFeatureTest {

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private Path conf = Path.of("conf");

    @BeforeEach
    void makeFolder() throws IOException {
        conf = Files.createDirectory(folder.resolve("conf"));
    }

    @Test
    void anEditAReplacementAndASwappedLinkAreEachSeen() throws IOException {
        Path first = Files.createDirectory(conf.resolve("..1"));
        Path second = Files.createDirectory(conf.resolve("..2"));
        Path file = Files.writeString(first.resolve("a.yaml"), cluster("written"));
        Files.writeString(second.resolve("a.yaml"), cluster("linked"));
        Path link = Files.createSymbolicLink(conf.resolve("..data"), first.getFileName());
        Files.createSymbolicLink(conf.resolve("a.yaml"), Path.of("..data", "a.yaml"));
        try (TestingApplication application = start()) {
            assertThat(names(application)).containsExactly("written");

            Files.writeString(file, cluster("edited"));
            awaitNames(application, "edited");

            Path beside = Files.writeString(first.resolve(".a.tmp"), cluster("replaced"));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            awaitNames(application, "replaced");

            Path newLink = Files.createSymbolicLink(conf.resolve("..data_tmp"), second.getFileName());
            Files.move(newLink, link, StandardCopyOption.ATOMIC_MOVE);
            awaitNames(application, "linked");
        }
    }

    @Test
    void aBrokenFileKeepsWhatWasGoodLastAndShowsIt() throws IOException {
        Path file = Files.writeString(conf.resolve("a.yaml"), cluster("one"));
        try (TestingApplication application = start()) {
            assertThat(health(application).at("/components/files/status").stringValue())
                    .isEqualTo("UP");

            Files.writeString(file, "kind: Resource\nname: [");
            await("for the file to be seen")
                    .atMost(SEEN_WITHIN)
                    .until(() -> status(application).get("state").stringValue().equals("faulty"));

            assertThat(names(application)).containsExactly("one");
            JsonNode status = status(application);
            assertThat(status.get("file").stringValue()).isEqualTo(file.toString());
            assertThat(status.get("manifests").get(0).stringValue()).isEqualTo("Resource/one");
            assertThat(status.has("lastGood")).isTrue();
            assertThat(status.at("/faults/0/line").intValue()).isEqualTo(2);
            assertThat(health(application).get("status").stringValue()).isEqualTo("UP");
            assertThat(health(application).at("/components/files/status").stringValue())
                    .isEqualTo("STALE");
            assertThat(application
                            .get("/actuator/health/readiness")
                            .get("status")
                            .stringValue())
                    .isEqualTo("UP");

            Files.writeString(file, cluster("two"));
            awaitNames(application, "two");
            assertThat(status(application).get("state").stringValue()).isEqualTo("good");
            assertThat(health(application).at("/components/files/status").stringValue())
                    .isEqualTo("UP");
        }
    }

    @Test
    void whatAFileDeclaresIsShownAsItsAndNotChangedOverTheApi() throws IOException {
        Path file = Files.writeString(conf.resolve("a.yaml"), cluster("one"));
        try (TestingApplication application = start()) {
            JsonNode shown = application.get("/v1/manifests/Resource/one");
            assertThat(shown.get("file").stringValue()).isEqualTo(file.toString());
            assertThat(application.get("/v1/manifests").at("/manifests/0/file").stringValue())
                    .isEqualTo(file.toString());

            String changed =
                    shown.toString().replace("\"name\":\"one\"}", "\"name\":\"one\",\"connect_timeout\":\"9s\"}");
            assertThat(changed).contains("9s");
            List<HttpResponse<String>> refusals = List.of(
                    application.send("PUT", "/v1/manifests/Resource/one", changed),
                    application.send("DELETE", "/v1/manifests/Resource/one", ""),
                    application.send(
                            "POST", "/v1/apply", "[{\"kind\": \"Resource\", \"name\": \"one\", \"delete\": true}]"));
            assertThat(refusals).allSatisfy(refusal -> {
                assertThat(refusal.statusCode()).isEqualTo(409);
                assertThat(refusal.body()).contains("owned-by-file", file.toString());
            });
            assertThat(application
                            .send("PUT", "/v1/manifests/Resource/one", shown.toString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(names(application)).containsExactly("one");
        }
    }

    @Test
    void whatNoFileDeclaresAfterARestartIsRemovedAndWhatTheApiDeclaredStays() throws IOException {
        Files.writeString(conf.resolve("a.yaml"), cluster("one") + "---\n" + cluster("two"));
        Path data = folder.resolve("data");
        try (TestingApplication application = start("--chancery.data=" + data)) {
            application.put("/v1/manifests/Service/mine", "{\"spec\": {\"endpointDiscovery\": \"eds\"}}");
        }

        Files.writeString(conf.resolve("a.yaml"), cluster("two"));
        try (TestingApplication application = start("--chancery.data=" + data)) {
            assertThat(names(application)).containsExactly("mine", "two");
        }
        try (TestingApplication application = TestingApplication.start("--chancery.data=" + data)) {
            assertThat(names(application)).containsExactly("mine");
        }
    }

    private TestingApplication start(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--chancery.files=" + conf);
        return TestingApplication.start(all.toArray(String[]::new));
    }

    private static void awaitNames(TestingApplication application, String... names) {
        await("for the file to be seen")
                .atMost(SEEN_WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(names(application)).containsExactly(names));
    }

    private static Set<String> names(TestingApplication application) {
        Set<String> names = new TreeSet<>();
        application
                .get("/v1/manifests")
                .get("manifests")
                .forEach(manifest -> names.add(manifest.get("name").stringValue()));
        return names;
    }

    private static JsonNode status(TestingApplication application) {
        return application.get("/v1/files").get("files").get(0);
    }

    private static JsonNode health(TestingApplication application) {
        return application.get("/actuator/health");
    }

    private static String cluster(String name) {
        return """
                kind: Resource
                name: %s
                spec:
                  "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
                  name: %s
                """.formatted(name, name);
    }
}
