package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.demo.EnvoyBinary;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ResourceJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A real Envoy takes whatever manifests are compiled to. */
class EnvoyValidateIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private static final Set<String> NAMES_OF_CLUSTERS = Set.of("cluster", "collector_cluster", "cluster_name");

    /** What the usual build of Envoy does not have; one that has it must take it. */
    private static final String CONTRIBUTED = "contributed-filters.yaml";

    private static final String TAKEN = "configuration 'it' OK";

    @TempDir
    Path folder;

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void envoyTakesIt(GoldenCase golden) throws IOException, InterruptedException {
        String said = validate(golden.json());
        if (golden.toString().equals(CONTRIBUTED) && said.contains("Didn't find a registered implementation")) {
            assertThat(said).contains("'envoy.filters.network.mysql_proxy'");
        } else {
            assertThat(said).isEqualTo(TAKEN);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void envoyTakesWhateverElseAManifestMaySay(long seed) throws IOException, InterruptedException {
        for (Manifest manifest : RandomManifests.of(seed, 30)) {
            List<ObjectNode> resources = ManifestCompiler.compile(manifest.key().name(), manifest.spec()).stream()
                    .map(CompiledResource::message)
                    .map(ResourceJson::write)
                    .toList();

            assertThat(validate(resources)).as("seed=%s %s", seed, manifest).isEqualTo(TAKEN);
        }
    }

    /** Those that a case names and leaves to others: some filters ask for theirs. */
    private static List<ObjectNode> absentClusters(List<ObjectNode> resources) {
        Set<String> absent = new LinkedHashSet<>();
        resources.forEach(resource -> collectClusters(resource, absent));
        for (ObjectNode resource : resources) {
            if (resource.path("@type").asString().equals(CLUSTER)) {
                absent.remove(resource.path("name").asString());
            }
        }
        return absent.stream()
                .map(name -> {
                    ObjectNode cluster = JSON.createObjectNode()
                            .put("@type", CLUSTER)
                            .put("name", name)
                            .put("type", "STATIC");
                    cluster.putObject("load_assignment").put("cluster_name", name);
                    return cluster;
                })
                .toList();
    }

    private static void collectClusters(JsonNode node, Set<String> names) {
        node.properties().forEach(field -> {
            if (NAMES_OF_CLUSTERS.contains(field.getKey()) && field.getValue().isString()) {
                names.add(field.getValue().asString());
            }
            collectClusters(field.getValue(), names);
        });
        if (node.isArray()) {
            node.forEach(element -> collectClusters(element, names));
        }
    }

    /** Returns what Envoy says of resources, to which those are added that they name. */
    private String validate(List<ObjectNode> named) throws IOException, InterruptedException {
        List<ObjectNode> resources = new ArrayList<>(named);
        resources.addAll(GoldenCase.named("secret").json());
        resources.addAll(absentClusters(resources));
        Path bootstrap = folder.resolve("envoy.json");
        Files.writeString(bootstrap, TestingBootstrap.of(resources).toString());
        Path said = folder.resolve("said.txt");
        Process envoy = new ProcessBuilder(
                        binary().toString(), "--mode", "validate", "--log-level", "warning", "-c", bootstrap.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(envoy.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            envoy.destroyForcibly();
        }
        return Files.readString(said).strip().replace(bootstrap.toString(), "it");
    }

    private static Path binary() {
        return switch (EnvoyBinary.ofThisMachine().findOrInstall()) {
            case EnvoyBinary.Result.Found(Path binary, String _) -> binary;
            case EnvoyBinary.Result.Missing(String what, String remedy) ->
                throw new AssertionError("This test needs a real Envoy, but " + what + "; " + remedy);
        };
    }
}
