package io.chancery.snapshot.compile;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ResourceJson;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A file of manifests, and beside it a file of the resources that they amount to. */
record GoldenCase(Path file) {

    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final String SUFFIX = ".yaml";
    private static final String EXPECTED = ".xds.yaml";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static List<GoldenCase> all() {
        return in(FOLDER);
    }

    static List<GoldenCase> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .filter(file -> !file.toString().endsWith(EXPECTED))
                    .sorted()
                    .map(GoldenCase::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GoldenCase named(String name) {
        return new GoldenCase(FOLDER.resolve(name + SUFFIX));
    }

    Path expected() {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + EXPECTED);
    }

    List<JsonNode> documents() {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(file))) {
                documents.add(JSON.valueToTree(document));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents;
    }

    List<Manifest> manifests() {
        List<Manifest> manifests = new ArrayList<>();
        for (JsonNode document : documents()) {
            switch (Documents.read(manifests.size(), document)) {
                case DocumentResult.Read(Change change) -> manifests.add(((Change.Put) change).manifest());
                case DocumentResult.Faulty faulty -> throw new AssertionError(file + ": " + faulty);
            }
        }
        return manifests;
    }

    /** Services with shards have twelve endpoints; the others have none. */
    private Surroundings surroundings() {
        Map<String, ShuffleShard> policies = new HashMap<>();
        for (Manifest manifest : manifests()) {
            if (manifest.spec() instanceof ShuffleShard policy) {
                policies.put(manifest.key().name(), policy);
            }
        }
        List<ShardHost> hosts = IntStream.rangeClosed(1, 12)
                .mapToObj(i -> new ShardHost(new EndpointId("10.0.0." + i + ":80"), 1, ""))
                .toList();
        return new Surroundings() {
            @Override
            public List<String> members(String service) {
                return List.of();
            }

            @Override
            public Optional<Sharding> sharding(String service) {
                return Optional.ofNullable(policies.get(service)).map(policy -> Sharding.of(policy, hosts));
            }
        };
    }

    /** Sorted by type and name. */
    List<CompiledResource> resources() {
        Surroundings surroundings = surroundings();
        return manifests().stream()
                .flatMap(manifest ->
                        ManifestCompiler.compile(manifest.key().name(), manifest.spec(), surroundings).stream())
                .sorted(Comparator.comparing(CompiledResource::type).thenComparing(CompiledResource::name))
                .toList();
    }

    /** As protobuf JSON with their types. */
    List<ObjectNode> json() {
        return resources().stream()
                .map(CompiledResource::message)
                .map(ResourceJson::write)
                .toList();
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
