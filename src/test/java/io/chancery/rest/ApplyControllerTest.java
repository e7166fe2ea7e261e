package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.ManifestRegistry;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

/** What {@code POST /v1/apply} and {@code PUT} of a manifest take beside JSON, and what they can be told to do with it. */
@WebMvcTest({ManifestController.class, ApplyController.class})
@Import(RestSlice.class)
class ApplyControllerTest {

    private static final String TWO = """
            # two clusters
            kind: Resource
            name: a
            labels: {team: blue}
            spec: &cluster
              "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
              name: one
              connect_timeout: 2s
            ---
            kind: Resource
            name: b
            labels: {team: red}
            spec:
              <<: *cluster
              name: two
            """;

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

    @ParameterizedTest
    @ValueSource(strings = {"application/yaml", "application/x-yaml", "text/yaml", "application/yaml;charset=UTF-8"})
    void aStreamOfYamlDocumentsIsOneChange(String type) {
        String stream = TWO.replace("*cluster", "{\"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster}");

        assertThat(apply("", type, stream))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"created\": [\"Resource/a\", \"Resource/b\"], \"changed\": []}");
    }

    @Test
    void aYamlListIsOneChange() {
        assertThat(apply("", "application/yaml", """
                - kind: Service
                  name: cart
                  spec: {endpointDiscovery: eds}
                - {kind: Service, name: gone, delete: true}
                """))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"created\": [\"Service/cart\"], \"unchanged\": [\"Service/gone\"]}");
    }

    @Test
    void aManifestIsPutAndShownAsYaml() throws Exception {
        String yaml = """
                labels: {team: blue}
                spec: {endpointDiscovery: leds}
                """;
        assertThat(http.put()
                        .uri("/v1/manifests/Service/cart")
                        .header("Content-Type", "text/yaml")
                        .content(yaml))
                .hasStatus(HttpStatus.CREATED);

        var shown = http.get()
                .uri("/v1/manifests/Service/cart")
                .header("Accept", "application/yaml")
                .exchange();
        String text = shown.getResponse().getContentAsString();

        assertThat(shown.getResponse().getContentType()).startsWith("application/yaml");
        assertThat(text)
                .startsWith("kind: Service\nname: cart\nlabels:\n  team: blue\nspec:\n  endpointDiscovery: leds\n")
                .contains("author: anonymous\n");
        assertThat(http.put()
                        .uri("/v1/manifests/Service/cart")
                        .header("Content-Type", "text/yaml")
                        .content(text))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"unchanged\": [\"Service/cart\"]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/json                        | application/json
            */*                                     | application/json
            application/*                           | application/json
            application/yaml, application/json;q=0.9 | application/yaml
            application/json, application/yaml;q=0.9 | application/json
            """)
    void jsonIsShownUnlessYamlIsPreferred(String accept, String type) {
        apply("", "application/yaml", "[{kind: Service, name: cart, spec: {endpointDiscovery: eds}}]")
                .exchange();

        assertThat(http.get().uri("/v1/manifests/Service/cart").header("Accept", accept))
                .hasStatusOk()
                .contentType()
                .asString()
                .startsWith(type);
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsPlace() {
        assertThat(apply("", "application/yaml", "kind: Resource\nname: a\nname: b\n"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"type\": \"urn:chancery:problem:malformed-body\", \"detail\": \"The body is not YAML"
                                + " as it is taken here: line 3, column 1: must not have a key twice\"}");
    }

    @Test
    void aBombOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1));
        }
        for (String bad : new String[] {bomb.toString(), "[".repeat(100_000), "a: \u0001", "a: &x [*x]"}) {
            assertThat(apply("", "application/yaml", bad))
                    .hasStatus(HttpStatus.BAD_REQUEST)
                    .bodyJson()
                    .extractingPath("type")
                    .isEqualTo("urn:chancery:problem:malformed-body");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---\n---\n", "# nothing", "[]"})
    void aBodyWithoutADocumentIsRefused(String body) {
        assertThat(apply("", "application/yaml", body)).hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(http.put()
                        .uri("/v1/manifests/Service/cart")
                        .header("Content-Type", "application/yaml")
                        .content(body))
                .hasStatus(HttpStatus.BAD_REQUEST);
    }

    @Test
    void onePathTakesOneDocument() {
        assertThat(http.put()
                        .uri("/v1/manifests/Resource/a")
                        .header("Content-Type", "application/yaml")
                        .content("spec: {}\n---\nspec: {}\n"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo("body");
    }

    @Test
    void whatComesAfterTheListIsRefused() {
        assertThat(apply("", "application/json", "[" + cluster("a", "1s") + "] 7"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("type")
                .isEqualTo("urn:chancery:problem:malformed-body");
    }

    @Test
    void aFloodOfFaultsIsCut() throws Exception {
        String list = "[" + "{},".repeat(200_000) + "{}]";

        assertThat(apply("", "application/json", list).exchange().getResponse().getContentAsString())
                .hasSizeLessThan(20_000);
        assertThat(apply("?dryRun=true", "application/json", list)
                        .exchange()
                        .getResponse()
                        .getContentAsString())
                .hasSizeLessThan(20_000);
    }

    @Test
    void aReasonMayBeInAnyLanguage() {
        byte[] utf8 = "Störung behoben: größer".getBytes(StandardCharsets.UTF_8);
        apply("", "application/json", "[" + cluster("a", "1s") + "]")
                .header("X-Reason", new String(utf8, StandardCharsets.ISO_8859_1))
                .exchange();

        assertThat(registry.history().entries(_ -> true).getFirst().reason()).isEqualTo("Störung behoben: größer");
    }

    @Test
    void yamlMustBeUtf8() {
        assertThat(http.post()
                        .uri("/v1/apply")
                        .header("Content-Type", "application/yaml")
                        .content(new byte[] {'a', ':', ' ', (byte) 0xff}))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("detail")
                .asString()
                .contains("UTF-8");
    }

    @Test
    void whatHasTheLabelAndIsNotInTheListIsRemoved() {
        apply(
                        "",
                        "application/json",
                        "[" + service("a", "blue") + "," + service("b", "blue") + "," + service("c", "red") + "]")
                .exchange();

        assertThat(apply("?prune=team=blue", "application/json", "[" + service("b", "blue") + "]"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"deleted\": [\"Service/a\"], \"unchanged\": [\"Service/b\"]}");
        assertThat(registry.view().manifests().keySet())
                .extracting(Object::toString)
                .containsExactly("Service/b", "Service/c");
        assertThat(apply("?prune=team", "application/json", "[" + service("d", "green") + "]"))
                .bodyJson()
                .isLenientlyEqualTo("{\"created\": [\"Service/d\"], \"deleted\": [\"Service/b\", \"Service/c\"]}");
    }

    @Test
    void aDryRunSaysWhatWouldBeAndChangesNothing() {
        apply("", "application/json", "[" + cluster("a", "1s") + "," + cluster("gone", "1s") + "]")
                .exchange();
        long before = registry.view().revision().value();

        assertThat(apply(
                        "?dryRun=true",
                        "application/json",
                        "[" + cluster("a", "2s") + "," + cluster("b", "1s")
                                + ",{\"kind\": \"Resource\", \"name\": \"gone\", \"delete\": true}]"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("""
                        {"revision": %d, "accepted": true, "created": ["Resource/b"], "changed": ["Resource/a"],
                         "unchanged": [], "deleted": ["Resource/gone"], "faults": [], "moreGroups": 0,
                         "groups": [{"selectors": [], "connected": 0, "nodes": [], "moreChanges": 0,
                           "added": [{"type": "cds", "name": "b", "source": "Resource/b"}],
                           "changed": [{"type": "cds", "name": "a", "source": "Resource/a", "secretsOnly": false,
                             "diff": "--- cds/a\\n+++ cds/a\\n@@ -1,3 +1,3 @@\\n name: a\\n '@type': type.googleapis.com/envoy.config.cluster.v3.Cluster\\n-connect_timeout: 1s\\n+connect_timeout: 2s\\n"}],
                           "removed": [{"type": "cds", "name": "gone", "source": "Resource/gone"}]}]}
                        """.formatted(before));
        assertThat(registry.view().revision().value()).isEqualTo(before);
        assertThat(http.put()
                        .uri("/v1/manifests/Resource/a?dryRun=true")
                        .header("Content-Type", "application/json")
                        .content(cluster("a", "3s")))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"accepted\": true, \"changed\": [\"Resource/a\"]}");
        assertThat(http.delete().uri("/v1/manifests/Resource/a?dryRun=true"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"accepted\": true, \"deleted\": [\"Resource/a\"]}");
        assertThat(registry.view().revision().value()).isEqualTo(before);
    }

    @Test
    void aDryRunGivesAllThatIsWrong() {
        apply("", "application/json", "[" + cluster("a", "1s") + "]").exchange();

        assertThat(apply(
                        "?dryRun=true",
                        "application/json",
                        "[{\"kind\": \"Nothing\", \"name\": \"x\"}," + cluster("b", "1s") + ","
                                + cluster("rival", "1s").replace("\"rival\", \"connect", "\"b\", \"connect")
                                + "," + cluster("a", "2s").replace("{\"kind\"", "{\"revision\": 999, \"kind\"") + "]"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"accepted": false, "created": ["Resource/b", "Resource/rival"], "changed": ["Resource/a"],
                         "faults": [{"document": 0, "field": "kind"}, {"document": 2, "field": "spec"},
                                    {"document": 3, "field": "revision"}]}""");
    }

    @ParameterizedTest
    @CsvSource({
        "?dryRun=yes, dryRun",
        "?deep=true, deep",
        "?force=1, force",
        "?prune=, prune",
        "?prune==x, prune",
        "?prune=a=b=c, prune"
    })
    void aWrongWishIsRefused(String query, String field) {
        assertThat(apply(query, "application/json", "[" + cluster("a", "1s") + "]"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:invalid-value\", \"field\": \"" + field + "\"}");
        assertThat(registry.view().manifests()).isEmpty();
    }

    @Test
    void oneManifestIsNotPruned() {
        assertThat(http.put()
                        .uri("/v1/manifests/Resource/a?prune=team")
                        .header("Content-Type", "application/json")
                        .content(cluster("a", "1s")))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo("prune");
    }

    @Test
    void aReasonThatIsTooLongIsRefusedByItsHeader() {
        assertThat(apply("", "application/json", "[" + cluster("a", "1s") + "]").header("X-Reason", "x".repeat(501)))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo("X-Reason");
    }

    @Test
    void withoutAnEnvoyNoneCanBeAsked() {
        assertThat(apply("?dryRun=true&deep=true", "application/json", "[" + cluster("a", "1s") + "]"))
                .hasStatus(HttpStatus.NOT_IMPLEMENTED)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:envoy-not-configured\"}")
                .extractingPath("detail")
                .asString()
                .contains("chancery.envoy.binary");
    }

    private MockMvcRequestBuilder apply(String query, String type, String body) {
        return http.post().uri("/v1/apply" + query).header("Content-Type", type).content(body);
    }

    private static String service(String name, String team) {
        return "{\"kind\": \"Service\", \"name\": \"" + name + "\", \"labels\": {\"team\": \"" + team
                + "\"}, \"spec\": {\"endpointDiscovery\": \"eds\"}}";
    }

    private static String cluster(String name, String timeout) {
        return "{\"kind\": \"Resource\", \"name\": \"" + name
                + "\", \"spec\": {\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\", \"name\": \""
                + name + "\", \"connect_timeout\": \"" + timeout + "\"}}";
    }
}
