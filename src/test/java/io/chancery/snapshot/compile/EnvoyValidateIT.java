package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Manifest;
import io.chancery.manifest.ResourceJson;
import io.chancery.model.ResourceType;
import io.chancery.preview.EnvoyVerdict;
import io.chancery.preview.TestingValidation;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.TestingResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A real Envoy takes whatever manifests are compiled to. */
class EnvoyValidateIT {

    private static final Set<String> NAMES_OF_CLUSTERS = Set.of("cluster", "collector_cluster", "cluster_name");

    /** What the usual build of Envoy does not have; one that has it must take it. */
    private static final String CONTRIBUTED = "contributed-filters.yaml";

    /** Envoy's only words where nothing is worth a warning. */
    private static final EnvoyVerdict TAKEN = new EnvoyVerdict.Accepted("configuration 'bootstrap.pb' OK");

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void envoyTakesIt(GoldenCase golden) {
        EnvoyVerdict verdict = validate(golden.resources());
        if (golden.toString().equals(CONTRIBUTED)
                && verdict instanceof EnvoyVerdict.Refused(String words)
                && words.contains("Didn't find a registered implementation")) {
            assertThat(words).contains("'envoy.filters.network.mysql_proxy'");
        } else {
            assertThat(verdict).isEqualTo(TAKEN);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void envoyTakesWhateverElseAManifestMaySay(long seed) {
        for (Manifest manifest : RandomManifests.of(seed, 30)) {
            assertThat(validate(ManifestCompiler.compile(manifest.key().name(), manifest.spec())))
                    .as("seed=%s %s", seed, manifest)
                    .isEqualTo(TAKEN);
        }
    }

    /** Returns what Envoy says of resources, to which those are added that they name. */
    private static EnvoyVerdict validate(List<CompiledResource> named) {
        List<Resource> resources = new ArrayList<>();
        for (String cluster : clusters(named)) {
            resources.add(TestingResources.of(ResourceType.CLUSTER, cluster, empty(cluster)));
        }
        GoldenCase.named("secret").resources().forEach(secret -> resources.add(resource(secret)));
        named.forEach(one -> resources.add(resource(one)));
        return TestingValidation.of(resources);
    }

    private static Resource resource(CompiledResource compiled) {
        return TestingResources.of(compiled.type(), compiled.name(), compiled.message());
    }

    private static Cluster empty(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder().setClusterName(name))
                .build();
    }

    /** Those that resources name, which a case may leave to others: some filters ask for theirs. */
    private static Set<String> clusters(List<CompiledResource> resources) {
        Set<String> names = new LinkedHashSet<>();
        resources.forEach(resource -> collectClusters(ResourceJson.write(resource.message()), names));
        return names;
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
}
