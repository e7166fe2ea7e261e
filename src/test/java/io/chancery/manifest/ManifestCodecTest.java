package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.vault.Vault;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ManifestCodecTest {

    private static final ManifestCodec CODEC = new ManifestCodec(Vault.inMemory());
    private static final Instant TIME = Instant.parse("2026-01-01T12:00:00.123Z");
    private static final Manifest MANIFEST = new Manifest(
            new ManifestKey(ManifestKind.RESOURCE, "a"),
            new NodeSelector(List.of("b*", "a"), List.of("edge"), Map.of("x.y", 1.0), new Locality("eu", "a", "")),
            new TreeMap<>(Map.of("team", "blue", "empty", "")),
            new Spec.RawResource(
                    ResourceType.CLUSTER,
                    "one",
                    Cluster.newBuilder().setName("one").build(),
                    Optional.of(Duration.ofMillis(2_500))));

    private static final String VERSION_1 =
            "\u0001{\"time\":\"2026-01-01T12:00:00.123Z\",\"author\":\"ada\",\"document\":"
                    + "{\"kind\":\"Resource\",\"name\":\"a\",\"nodes\":{\"id\":[\"a\",\"b*\"],\"cluster\":\"edge\","
                    + "\"metadata\":{\"x.y\":1.0},\"locality\":{\"region\":\"eu\",\"zone\":\"a\"}},"
                    + "\"labels\":{\"empty\":\"\",\"team\":\"blue\"},\"ttl\":\"2.5s\","
                    + "\"spec\":{\"@type\":\"type.googleapis.com/envoy.config.cluster.v3.Cluster\",\"name\":\"one\"}}}";

    @Test
    void theFormatIsTheOneThatStoresHold() {
        assertThat(new String(CODEC.encode(MANIFEST, TIME, "ada", Optional.empty()), StandardCharsets.UTF_8))
                .isEqualTo(VERSION_1);
    }

    @Test
    void whatStoresHoldIsRead() {
        assertThat(CODEC.decode("manifest/Resource/a", VERSION_1.getBytes(StandardCharsets.UTF_8), new Revision(3)))
                .isEqualTo(new DeclaredManifest(MANIFEST, new Revision(3), TIME, "ada"));
    }

    /** Rules that came later must not keep a process from starting that stored what was right then. */
    @Test
    void whatNewerRulesWouldRefuseIsReadAllTheSame() {
        String longGone = VERSION_1.replace("\"name\":\"one\"", "\"name\":\"one\",\"dns_refresh_rate\":\"0s\"");

        assertThat(CODEC.decode("manifest/Resource/a", longGone.getBytes(StandardCharsets.UTF_8), new Revision(3))
                        .author())
                .isEqualTo("ada");
    }
}
