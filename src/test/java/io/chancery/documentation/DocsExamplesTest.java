package io.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingCertificate;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingManifests;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every manifest that the documents show is accepted, beside all the others and a second time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocsExamplesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path DOCUMENT = Path.of("docs", "manifests.md");
    private static final Path FOLDER = Path.of("docs", "examples");
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");
    private static final Pattern ANY_YAML = Pattern.compile("(?ms)^(?:```|~~~)ya?ml\n(.*?)^(?:```|~~~)$");
    private static final Pattern JSON_OBJECT = Pattern.compile("(?ms)^```json\n(.*?)^```$");
    private static final List<String> REGISTERED = List.of("shop", "search", "search-next", "zipkin", "postgres");
    private static final List<String> CERTIFICATES = List.of("edge", "shop-example");

    private TestingApplication application;

    @BeforeAll
    void registerWhatTheExamplesReferTo() {
        application = TestingApplication.start();
        REGISTERED.forEach(service -> application.register(service, "127.0.0.1:8080"));
        TestingCertificate certificate = TestingCertificate.of("shop.example");
        for (String name : CERTIFICATES) {
            application.put("/v1/manifests/Secret/" + name, certificate.manifest(name));
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void whatManifestsMdShowsIsAccepted() throws IOException {
        String text = Files.readString(DOCUMENT);
        List<String> yaml = blocks(YAML, text);
        List<String> json = blocks(JSON_OBJECT, text);
        assertThat(yaml).hasSizeGreaterThanOrEqualTo(8);
        assertThat(json).hasSizeGreaterThanOrEqualTo(9);

        // Together, as one refers to what another declares.
        List<String> documents = new ArrayList<>(json);
        yaml.forEach(block -> documents.addAll(TestingDocuments.ofYaml(block)));
        assertApplied("docs/manifests.md", TestingManifests.list(documents.toArray(String[]::new)));
    }

    @Test
    void everyFileOfTheExamplesIsAcceptedByItself() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(FOLDER)) {
            files = found.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(5);
        String readme = Files.readString(FOLDER.resolve("README.md"));
        for (Path file : files) {
            assertThat(readme).contains("[" + file.getFileName() + "]");
            assertApplied(file.toString(), TestingDocuments.list(Files.readString(file)));
        }
    }

    @Test
    void everyYamlOfTheDocumentsCanBeRead() throws IOException {
        List<Path> documents;
        try (Stream<Path> found = Files.list(Path.of("docs"))) {
            documents = found.filter(file -> file.toString().endsWith(".md")).toList();
        }
        int read = 0;
        for (Path document : documents) {
            for (String block : blocks(ANY_YAML, Files.readString(document))) {
                assertThat(TestingDocuments.ofYaml(block))
                        .as("%s: %s", document, block)
                        .isNotEmpty();
                read++;
            }
        }
        assertThat(read).isGreaterThan(10);
    }

    private void assertApplied(String what, String documents) {
        HttpResponse<String> first = application.send("POST", "/v1/apply", documents);
        assertThat(first.statusCode()).as("%s: %s", what, first.body()).isEqualTo(200);
        HttpResponse<String> again = application.send("POST", "/v1/apply", documents);
        assertThat(again.statusCode()).as("%s: %s", what, again.body()).isEqualTo(200);
        JsonNode result = JSON.readTree(again.body());
        assertThat(result.get("created")).as(what).isEmpty();
        assertThat(result.get("changed")).as(what).isEmpty();
        assertThat(result.get("unchanged")).as(what).isNotEmpty();
    }

    private static List<String> blocks(Pattern pattern, String text) {
        List<String> blocks = new ArrayList<>();
        Matcher found = pattern.matcher(text);
        while (found.find()) {
            blocks.add(found.group(1));
        }
        return blocks;
    }
}
