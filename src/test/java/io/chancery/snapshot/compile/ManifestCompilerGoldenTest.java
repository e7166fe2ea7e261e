package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ResourceJson;
import io.chancery.manifest.spec.DeclaredName;
import io.chancery.manifest.spec.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Manifests in, sorted resources out. {@code -Dgolden.update=true} writes down what comes out as what is expected. */
class ManifestCompilerGoldenTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void manifestsAmountToTheResourcesBesideThem(GoldenCase golden) throws IOException {
        String actual = yaml(golden.json());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden.expected(), actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden.expected()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theResourcesAreThoseThatTheManifestsDeclare(GoldenCase golden) {
        for (Manifest manifest : golden.manifests()) {
            String name = manifest.key().name();
            Spec spec = manifest.spec();
            assertThat(ManifestCompiler.compile(name, spec).stream()
                            .map(resource -> new DeclaredName(resource.type(), resource.name())))
                    .as("%s", manifest.key())
                    .containsExactlyElementsOf(spec.declares(name));
        }
    }

    /** A raw resource may be declared only if it has the name it says and keeps Envoy's rules: so a compiled one must too. */
    @ParameterizedTest
    @MethodSource("cases")
    void eachResourceCouldBeDeclaredAsItIs(GoldenCase golden) {
        for (CompiledResource resource : golden.resources()) {
            ObjectNode document =
                    JSON.createObjectNode().put("kind", "Resource").put("name", "copy");
            document.set("spec", ResourceJson.write(resource.message()));
            assertThat(Documents.read(0, document))
                    .as("%s %s", resource.type(), resource.name())
                    .isInstanceOfSatisfying(DocumentResult.Read.class, read -> {
                        Spec.RawResource raw = (Spec.RawResource)
                                ((Change.Put) read.change()).manifest().spec();
                        assertThat(raw.type()).isEqualTo(resource.type());
                        assertThat(raw.resourceName()).isEqualTo(resource.name());
                        assertThat(raw.content()).isEqualTo(resource.message());
                    });
        }
    }

    private static String yaml(List<ObjectNode> resources) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        return new Yaml(options)
                .dumpAll(resources.stream()
                        .map(ManifestCompilerGoldenTest::plain)
                        .iterator());
    }

    /** Everything sorted by key, the type first. */
    private static Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
            return fields;
        }
        if (node.isArray()) {
            List<Object> elements = new ArrayList<>();
            node.forEach(element -> elements.add(plain(element)));
            return elements;
        }
        return JSON.convertValue(node, Object.class);
    }
}
