package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.testing.TestingDocuments;
import io.chancery.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Good documents, damaged at random: each is read or has faults, and what is read can be stored, shown and read again. */
class DocumentsFuzzTest {

    private static final ManifestCodec CODEC = new ManifestCodec(Vault.inMemory());
    private static final JsonMapper JSON = new JsonMapper();
    private static final int DOCUMENTS = 1_000;
    private static final Pattern EXAMPLE = Pattern.compile("```(?:json|yaml)\n(.*?)```", Pattern.DOTALL);

    private static final String[] MORSELS = {
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "1e999999999",
        "0.5",
        "18446744073709551616",
        "\"\"",
        "\"*\"",
        "\"NaN\"",
        "\"-9s\"",
        "\"999999999999s\"",
        "\"1.0000000001s\"",
        "\"2026-02-31T00:00:00Z\"",
        "\"[redacted]\"",
        "\"\\u0000\\ud800\"",
        "\"a\\nb\"",
        "[]",
        "[null]",
        "[[{}]]",
        "{}",
        "{\"\": {}}",
        "{\"@type\": \"type.googleapis.com/google.protobuf.Struct\", \"value\": {\"a\": null}}",
        "{\"@type\": \"type.googleapis.com/google.protobuf.Duration\", \"value\": \"1s\", \"seconds\": 3}",
        "{\"@type\": \"type.googleapis.com/google.protobuf.Any\", \"value\": {}}",
        "{\"@type\": \"type.googleapis.com/google.protobuf.Any\", \"value\": {\"@type\":"
                + " \"type.googleapis.com/envoy.config.core.v3.Node\", \"id\": 3}}",
        "{\"@type\": \"type.googleapis.com/google.protobuf.UInt64Value\", \"value\": \"1e30\"}",
        "{\"@type\": \"type.googleapis.com/envoy.config.route.v3.RouteMatch\", \"prefix\": \"/\", \"path\": \"/\"}",
        "{\"@type\": \"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext\","
                + " \"common_tls_context\": {\"tls_certificates\": [{\"private_key\": {\"inline_bytes\": \"AA==\"}}]}}"
    };

    static LongStream seeds() {
        return new SplittableRandom(0xD0C).longs(5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damagedDocumentsAreReadOrHaveFaults(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> examples = examples();
        int read = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            JsonNode document = JSON.readTree(examples.get(random.nextInt(examples.size())));
            for (int damages = random.nextInt(3); damages >= 0; damages--) {
                damage(document, random);
            }
            String text = document.toString();
            switch (Documents.read(0, JSON.readTree(text))) {
                case DocumentResult.Faulty(List<Fault> faults) ->
                    assertThat(faults).as(text).isNotEmpty();
                case DocumentResult.Read(Change.Put(Manifest manifest, Precondition _)) -> {
                    assertThatCode(() -> Documents.redacted(manifest)).as(text).doesNotThrowAnyException();
                    assertThat(storedAndRead(manifest)).as(text).isEqualTo(manifest);
                    read++;
                }
                case DocumentResult.Read(Change.Delete _) -> throw new AssertionError(text);
            }
        }
        assertThat(read).isBetween(DOCUMENTS / 20, DOCUMENTS);
    }

    private static Manifest storedAndRead(Manifest manifest) {
        byte[] stored = CODEC.encode(manifest, Instant.EPOCH, "fuzz", Optional.empty());
        return CODEC.decode(Keys.of(manifest.key()), stored, new Revision(1)).manifest();
    }

    /** Replaces, removes, doubles or renames something somewhere below. */
    private static void damage(JsonNode node, SplittableRandom random) {
        List<JsonNode> places = new ArrayList<>();
        collect(node, places);
        switch (places.get(random.nextInt(places.size()))) {
            case ObjectNode object
            when !object.isEmpty() -> {
                List<String> names = List.copyOf(object.propertyNames());
                String name = names.get(random.nextInt(names.size()));
                switch (random.nextInt(6)) {
                    case 0 -> object.remove(name);
                    case 1 -> object.set(name + "x", object.remove(name));
                    case 2 -> object.set("@type", object.get(name));
                    default -> object.set(name, morsel(random));
                }
            }
            case ArrayNode array
            when !array.isEmpty() -> {
                int index = random.nextInt(array.size());
                switch (random.nextInt(3)) {
                    case 0 -> array.remove(index);
                    case 1 -> array.add(array.get(index).deepCopy());
                    default -> array.set(index, morsel(random));
                }
            }
            default -> {}
        }
    }

    private static void collect(JsonNode node, List<JsonNode> places) {
        if (node.isContainer()) {
            places.add(node);
            node.values().forEach(child -> collect(child, places));
        }
    }

    private static JsonNode morsel(SplittableRandom random) {
        return JSON.readTree(MORSELS[random.nextInt(MORSELS.length)]);
    }

    private static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        Matcher found = EXAMPLE.matcher(Files.readString(Path.of("docs", "manifests.md")));
        while (found.find()) {
            examples.addAll(TestingDocuments.ofYaml(found.group(1)));
        }
        return examples;
    }
}
