package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ResourceJson;
import io.chancery.manifest.spec.DeclaredName;
import io.chancery.manifest.spec.Spec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a manifest may say, what it is compiled to keeps the rules of Envoy's API, and has the names it is to have. */
class ManifestCompilerPropertyTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void anyManifestIsCompiledToResourcesThatKeepEnvoysRules(long seed) {
        for (Manifest manifest : RandomManifests.of(seed, 40)) {
            String name = manifest.key().name();
            var resources = ManifestCompiler.compile(name, manifest.spec());

            assertThat(resources)
                    .as("seed=%s %s", seed, manifest)
                    .extracting(one -> new DeclaredName(one.type(), one.name()))
                    .containsExactlyElementsOf(manifest.spec().declares(name));
            assertThat(ManifestCompiler.compile(name, manifest.spec())).isEqualTo(resources);
            for (CompiledResource resource : resources) {
                ObjectNode document =
                        JSON.createObjectNode().put("kind", "Resource").put("name", "copy");
                document.set("spec", ResourceJson.write(resource.message()));
                assertThat(Documents.read(0, document))
                        .as("seed=%s %s", seed, manifest)
                        .isInstanceOfSatisfying(
                                DocumentResult.Read.class,
                                read -> assertThat(((Spec.RawResource) ((Change.Put) read.change())
                                                        .manifest()
                                                        .spec())
                                                .content())
                                        .isEqualTo(resource.message()));
            }
        }
    }
}
