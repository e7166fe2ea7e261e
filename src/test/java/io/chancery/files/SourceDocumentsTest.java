package io.chancery.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SourceDocumentsTest {

    @Test
    void aFileHasOneOrManyDocumentsInYamlOrJson() {
        SourceDocuments.Parsed parsed = parse(Map.of(
                "a.yaml", cluster("one") + "---\n" + cluster("two"),
                "b.yml", "- " + cluster("three").replace("\n", "\n  "),
                "c.json",
                        "[\n\t{\"kind\": \"Service\", \"name\": \"s\", \"spec\": {\"endpointDiscovery\": \"eds\"}}]"));

        assertThat(parsed.faults()).isEmpty();
        assertThat(parsed.manifests())
                .extracting(placed -> placed.manifest().manifest().key() + " "
                        + placed.manifest().owner() + " " + placed.line())
                .containsExactly(
                        "Resource/one conf/a.yaml 1",
                        "Resource/two conf/a.yaml 7",
                        "Resource/three conf/b.yml 1",
                        "Service/s conf/c.json 1");
    }

    @Test
    void whatTheApiShowsCanBePutIntoAFile() {
        assertThat(parse(Map.of("a.yaml", cluster("one") + "revision: 7\ntime: 2026-01-01\nauthor: ada\nfile: x\n"))
                        .faults())
                .isEmpty();
    }

    @Test
    void faultsOfAllFilesAreFoundEachWithItsPlace() {
        SourceDocuments.Parsed parsed = parse(Map.of(
                "a.yaml", cluster("one") + "---\n" + cluster("two").replace("name: two", "nam: two"),
                "b.yaml", "a: [1, 2",
                "c.json", "{\"a\": 1, \"a\": 2}",
                "d.yaml", cluster("one"),
                "e.yaml", "kind: Resource\nname: old\ndelete: true",
                "f.yaml", "just text"));

        assertThat(parsed.faults()).containsOnlyKeys("a.yaml", "b.yaml", "c.json", "d.yaml", "e.yaml", "f.yaml");
        assertThat(parsed.faults().get("a.yaml"))
                .extracting(FileFault::line, FileFault::field)
                .contains(tuple(7, "nam"), tuple(7, "name"));
        assertThat(parsed.faults().get("b.yaml"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("comma").contains("(column 9)"));
        assertThat(parsed.faults().get("c.json"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("key twice"));
        assertThat(parsed.faults().get("d.yaml")).singleElement().satisfies(fault -> {
            assertThat(fault.field()).isEqualTo("name");
            assertThat(fault.reason()).contains("Resource/one", "conf/a.yaml", "line 1");
        });
        assertThat(parsed.faults().get("e.yaml"))
                .containsExactly(new FileFault(
                        1, "delete", "must be left out: what no file declares any longer is removed by that"));
        assertThat(parsed.faults().get("f.yaml")).containsExactly(new FileFault(1, "", "must be an object"));
    }

    @Test
    void theFormOfOthersIsTranslated() {
        SourceDocuments.Parsed parsed = parse(Map.of("config.yaml", PlainConfigTest.CONFIG));

        assertThat(parsed.faults()).isEmpty();
        assertThat(parsed.manifests())
                .extracting(placed -> placed.manifest().manifest().key().name())
                .containsExactly(
                        "test_config.listener.listener_0",
                        "test_config.listener.listener_0.routes",
                        "test_config.listener.listener_1",
                        "test_config.listener.listener_1.routes",
                        "test_config.cluster.echo",
                        "test_config.cluster.echo.endpoints",
                        "test_config.cluster.blue",
                        "test_config.cluster.blue.endpoints");
    }

    @Test
    void ofItsFaultsEachHasItsPlace() {
        SourceDocuments.Parsed parsed =
                parse(Map.of("config.yaml", "name: x\nspec: {listeners: [{name: lonely, address: 0.0.0.0, port: 1}]}"));

        assertThat(parsed.manifests()).isEmpty();
        assertThat(parsed.faults().get("config.yaml"))
                .containsExactly(new FileFault(
                        1,
                        "spec.listeners[0].routes",
                        "must be a list of at least one: the listener lonely has no routes"));
    }

    @Test
    void theExamplesOfTheDocumentAreAllowed() throws IOException {
        Matcher examples = Pattern.compile("(?:```|~~~)yaml\n(.*?)(?:```|~~~)", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "manifests.md")));
        List<String> found = examples.results().map(example -> example.group(1)).toList();

        assertThat(found).hasSizeGreaterThanOrEqualTo(2).allSatisfy(example -> {
            SourceDocuments.Parsed parsed = parse(Map.of("a.yaml", example));
            assertThat(parsed.faults()).isEmpty();
            assertThat(parsed.manifests()).isNotEmpty();
        });
    }

    @Test
    void aFieldsNameIsPrintable() {
        assertThat(new FileFault(1, "a\u001b[31m", "x").field()).isEqualTo("a?[31m");
    }

    private static SourceDocuments.Parsed parse(Map<String, String> files) {
        TreeMap<String, FileText> content = new TreeMap<>();
        files.forEach((name, text) -> content.put(name, new FileText.Loaded(text)));
        return SourceDocuments.parse("conf", new SourceContent(content));
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
