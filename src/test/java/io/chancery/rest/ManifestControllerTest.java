package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WebMvcTest({ManifestController.class, ApplyController.class})
@Import(RestSlice.class)
class ManifestControllerTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final String SECRET_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    @Autowired
    private MockMvcTester http;

    @Autowired
    private ManifestRegistry registry;

    @AfterEach
    void removeAll() {
        registry.view()
                .manifests()
                .keySet()
                .forEach(key ->
                        assertThat(http.delete().uri("/v1/manifests/" + key)).hasStatusOk());
    }

    static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        Matcher found = EXAMPLE.matcher(Files.readString(Path.of("docs", "manifests.md")));
        while (found.find()) {
            examples.add(found.group(1));
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatTheDocumentShowsIsApplied(String example) {
        JsonNode document = JSON.readTree(example);
        String path = "/v1/manifests/" + document.get("kind").stringValue() + "/"
                + document.get("name").stringValue();

        assertThat(put(path, example)).hasStatus(HttpStatus.CREATED);

        assertThat(get(path))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo(example.replace("correct horse battery staple", "[redacted]"));
    }

    @Test
    void allThatTheDocumentShowsIsAppliedTogether() throws Exception {
        assertThat(examples()).hasSize(9);
        assertThat(apply("[" + String.join(",", examples()) + "]"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("created")
                .asArray()
                .hasSize(9);
        assertThat(registry.view().manifests()).hasSize(9);
    }

    @Test
    void aManifestIsDeclaredThenChangedThenLeftAsItIs() {
        MvcTestResult created = put("/v1/manifests/Resource/a", cluster("one"))
                .header("X-Author", "ada")
                .exchange();
        long revision = revision();

        assertThat(created)
                .hasStatus(HttpStatus.CREATED)
                .hasHeader("ETag", "\"r" + revision + "\"")
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + revision
                        + ", \"created\": [\"Resource/a\"], \"changed\": [], \"unchanged\": [], \"deleted\": []}");
        assertThat(put("/v1/manifests/Resource/a", cluster("one")))
                .hasStatusOk()
                .hasHeader("ETag", "\"r" + revision + "\"")
                .bodyJson()
                .isLenientlyEqualTo("{\"revision\": " + revision + ", \"unchanged\": [\"Resource/a\"]}");
        assertThat(put("/v1/manifests/Resource/a", cluster("two")))
                .hasStatusOk()
                .hasHeader("ETag", "\"r" + (revision + 1) + "\"")
                .bodyJson()
                .isLenientlyEqualTo("{\"changed\": [\"Resource/a\"]}");
    }

    @Test
    void whatIsShownSaysWhoDeclaredItAndCanBeSentBack() throws Exception {
        put("/v1/manifests/Resource/a", cluster("one"))
                .header("X-Author", "ada")
                .exchange();

        String shown = get("/v1/manifests/Resource/a").exchange().getResponse().getContentAsString();

        assertThat(shown)
                .contains("\"author\":\"ada\"", "\"revision\":" + revision(), "\"time\":\"2", "\"kind\":\"Resource\"");
        assertThat(put("/v1/manifests/Resource/a", shown))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"unchanged\": [\"Resource/a\"]}");
    }

    @Test
    void whoeverGivesNoNameIsAnonymous() {
        put("/v1/manifests/Resource/a", cluster("one")).exchange();

        assertThat(get("/v1/manifests/Resource/a"))
                .bodyJson()
                .extractingPath("author")
                .isEqualTo("anonymous");
        assertThat(put("/v1/manifests/Resource/b", cluster("two")).header("X-Author", "x".repeat(201)))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:invalid-value\", \"field\": \"X-Author\"}");
    }

    @Test
    void aStaleIfMatchIsRefusedAndChangesNothing() {
        put("/v1/manifests/Resource/a", cluster("one")).exchange();
        long revision = revision();

        for (MockMvcRequestBuilder stale : List.of(
                put("/v1/manifests/Resource/a", cluster("two")).header("If-Match", "\"r999999\""),
                put("/v1/manifests/Resource/a", cluster("two")).header("If-None-Match", "*"),
                put("/v1/manifests/Resource/a", "{\"revision\": 999999, \"spec\": " + spec("two") + "}"),
                put("/v1/manifests/Resource/new", cluster("two")).header("If-Match", "*"),
                http.delete().uri("/v1/manifests/Resource/a").header("If-Match", "\"r999999\""))) {
            assertThat(stale)
                    .hasStatus(HttpStatus.PRECONDITION_FAILED)
                    .bodyJson()
                    .extractingPath("type")
                    .isEqualTo("urn:chancery:problem:revision-conflict");
        }
        assertThat(apply("[{\"kind\": \"Resource\", \"name\": \"a\", \"revision\": 999999, \"spec\": " + spec("two")
                        + "}]"))
                .hasStatus(HttpStatus.PRECONDITION_FAILED)
                .bodyJson()
                .extractingPath("detail")
                .isEqualTo("Resource/a exists at revision " + revision);
        assertThat(revision()).isEqualTo(revision);
        assertThat(put("/v1/manifests/Resource/a", cluster("two")).header("If-Match", "\"r" + revision + "\""))
                .hasStatusOk();
    }

    @Test
    void aManifestThatWasNotChangedNeedNotBeSentAgain() {
        put("/v1/manifests/Resource/a", cluster("one")).exchange();

        assertThat(get("/v1/manifests/Resource/a").header("If-None-Match", "\"r" + revision() + "\""))
                .hasStatus(HttpStatus.NOT_MODIFIED);
        assertThat(get("/v1/manifests").header("If-None-Match", "\"r" + revision() + "\""))
                .hasStatus(HttpStatus.NOT_MODIFIED);
    }

    @Test
    void whatIsRemovedIsGone() {
        put("/v1/manifests/Resource/a", cluster("one")).exchange();

        assertThat(http.delete().uri("/v1/manifests/Resource/a"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"deleted\": [\"Resource/a\"]}");
        assertThat(get("/v1/manifests/Resource/a"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyJson()
                .extractingPath("type")
                .isEqualTo("urn:chancery:problem:unknown-manifest");
        assertThat(http.delete().uri("/v1/manifests/Resource/a")).hasStatus(HttpStatus.NOT_FOUND);
    }

    @Test
    void manifestsAreListedByKindAndNamePageByPage() {
        apply("[" + document("b", "two") + ", " + document("a", "one") + ", " + document("c", "three")
                        + ", {\"kind\": \"Service\", \"name\": \"0\", \"spec\": {\"endpointDiscovery\": \"eds\"}}]")
                .exchange();

        assertThat(get("/v1/manifests?limit=2")).bodyJson().isLenientlyEqualTo("""
                        {"manifests": [{"kind": "Resource", "name": "a", "author": "anonymous", "labels": {},
                          "resource": {"type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "one"}},
                          {"name": "b"}], "next": "Resource/b"}""");
        assertThat(get("/v1/manifests?after=Resource/b"))
                .bodyJson()
                .isLenientlyEqualTo("{\"manifests\": [{\"name\": \"c\"}, {\"kind\": \"Service\", \"name\": \"0\"}]}")
                .doesNotHavePath("next");
        assertThat(get("/v1/manifests?kind=Resource"))
                .bodyJson()
                .extractingPath("manifests")
                .asArray()
                .hasSize(3);
        assertThat(get("/v1/manifests?kind=Service&after=Resource/b"))
                .bodyJson()
                .isLenientlyEqualTo("{\"manifests\": [{\"kind\": \"Service\", \"name\": \"0\"}]}");
    }

    @Test
    void aListIsAppliedAsOneChange() {
        apply("[" + document("a", "one") + ", " + document("b", "two") + "]").exchange();
        long before = revision();

        assertThat(apply("[" + document("a", "one") + ", " + document("b", "other") + ", " + document("c", "two")
                        + ", {\"kind\": \"Resource\", \"name\": \"gone\", \"delete\": true}]"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + (before + 1) + ", \"created\": [\"Resource/c\"], \"changed\":"
                        + " [\"Resource/b\"], \"unchanged\": [\"Resource/a\", \"Resource/gone\"], \"deleted\": []}");
        assertThat(revision()).isEqualTo(before + 1);
    }

    @Test
    void oneFaultRefusesTheListAndAllFaultsAreGiven() {
        long before = revision();

        assertThat(apply("[" + document("a", "one") + ", "
                        + document("b", "two").replace("\"name\": \"two\"", "\"nme\": 1")
                        + ", {\"kind\": \"Nothing\", \"name\": \"\"}, 7]"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"type": "urn:chancery:problem:invalid-manifest", "field": "[1].spec.nme", "faults": [
                          {"document": 1, "field": "spec.nme",
                           "reason": "is not a field of envoy.config.cluster.v3.Cluster; perhaps name is meant"},
                          {"document": 2, "field": "kind", "reason": "must be one of Resource, Service, Listener, Sidecar, Secret, RuntimeLayer, RedisMaster, ShuffleShard"},
                          {"document": 2, "field": "name"},
                          {"document": 3, "field": "", "reason": "must be an object"}]}""");
        assertThat(revision()).isEqualTo(before);
        assertThat(registry.view().manifests()).isEmpty();
    }

    @Test
    void twoThatDeclareTheSameAreRefusedByName() {
        assertThat(apply("[" + document("a", "one") + ", " + document("b", "one") + "]"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("detail")
                .asString()
                .contains("Resource/a", "Resource/b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/manifests/Resource/a | []                                | invalid-manifest | body
            /v1/manifests/Resource/a | null                              | invalid-manifest | body
            /v1/manifests/Resource/a | {}                                | invalid-manifest | spec
            /v1/manifests/Resource/a | {"kind": "Service", "spec": {}}   | invalid-manifest | kind
            /v1/manifests/Resource/a | {"name": "b", "spec": {}}         | invalid-manifest | name
            /v1/manifests/Resource/a | {"delete": true}                  | invalid-manifest | delete
            /v1/manifests/Nothing/a  | {}                                | invalid-value    | kind
            /v1/manifests/Resource/- | {}                                | invalid-value    | name
            """)
    void aWrongDocumentIsRefusedWithItsPlace(String path, String body, String problem, String field) {
        assertThat(put(path, body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"type\": \"urn:chancery:problem:" + problem + "\", \"field\": \"" + field + "\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/manifests?kind=Nothing        | kind
            /v1/manifests?limit=0             | limit
            /v1/manifests?after=a             | after
            /v1/manifests?after=Nothing/a     | after
            /v1/manifests/Nothing/a           | kind
            """)
    void aWrongQuestionIsRefused(String path, String field) {
        assertThat(get(path))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo(field);
    }

    @Test
    void aListMustBeOne() {
        for (String body : List.of("[]", "{}", "7", "null")) {
            assertThat(apply(body))
                    .hasStatus(HttpStatus.BAD_REQUEST)
                    .bodyJson()
                    .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:invalid-value\", \"field\": \"body\"}");
        }
        assertThat(apply("[{\"kind\": 1, \"kind\": 2}]"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("type")
                .isEqualTo("urn:chancery:problem:malformed-body");
    }

    @Test
    void aSecretIsNeverShownAndItsPlaceholderNeverTaken() throws Exception {
        String body = "{\"spec\": {\"@type\": \"" + SECRET_TYPE + "\", \"name\": \"s\", \"tls_certificate\":"
                + " {\"certificate_chain\": {\"inline_string\": \"chain\"}, \"private_key\": {\"inline_string\":"
                + " \"HIDDEN\"}}}}";
        assertThat(put("/v1/manifests/Resource/s", body)).hasStatus(HttpStatus.CREATED);

        String shown = get("/v1/manifests/Resource/s").exchange().getResponse().getContentAsString();

        assertThat(shown).contains("chain", "[redacted]").doesNotContain("HIDDEN");
        assertThat(get("/v1/manifests").exchange().getResponse().getContentAsString())
                .doesNotContain("HIDDEN");
        assertThat(put("/v1/manifests/Resource/s", shown))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo("spec.tls_certificate.private_key.inline_string");
        assertThat(registry.view()
                        .manifest(new ManifestKey(ManifestKind.RESOURCE, "s"))
                        .orElseThrow()
                        .manifest()
                        .spec()
                        .toString())
                .contains("HIDDEN");
    }

    private MockMvcRequestBuilder get(String path) {
        return http.get().uri(path);
    }

    private MockMvcRequestBuilder put(String path, String body) {
        return http.put().uri(path).contentType(MediaType.APPLICATION_JSON).content(body);
    }

    private MockMvcRequestBuilder apply(String body) {
        return http.post()
                .uri("/v1/apply")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    private long revision() {
        return registry.view().revision().value();
    }

    private static String document(String name, String resource) {
        return "{\"kind\": \"Resource\", \"name\": \"" + name + "\", \"spec\": " + spec(resource) + "}";
    }

    private static String cluster(String resource) {
        return "{\"spec\": " + spec(resource) + "}";
    }

    private static String spec(String resource) {
        return "{\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\", \"name\": \"" + resource + "\"}";
    }
}
