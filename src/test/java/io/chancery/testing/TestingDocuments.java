package io.chancery.testing;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.json.JsonMapper;

/** Documents that are written in YAML, in {@code docs/} and in tests, as JSON. */
public final class TestingDocuments {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

    private TestingDocuments() {}

    /** YAML 1.2 as far as manifests need it: {@code on} and {@code yes} are text. */
    private static final class Scalars extends Resolver {

        private static final Pattern TRUTH = Pattern.compile("true|false");

        @Override
        public void addImplicitResolver(Tag tag, Pattern expression, String first, int limit) {
            if (tag.equals(Tag.BOOL)) {
                super.addImplicitResolver(Tag.BOOL, TRUTH, "tf", limit);
            } else if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, expression, first, limit);
            }
        }
    }

    /** Returns the documents of a stream of YAML, each as JSON. */
    public static List<String> ofYaml(String stream) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new Scalars());
        List<String> documents = new ArrayList<>();
        yaml.loadAll(stream).forEach(document -> documents.add(JSON.writeValueAsString(document)));
        return documents;
    }

    /** Returns the JSON list of the documents of a stream of YAML, to be applied together. */
    public static String list(String stream) {
        return TestingManifests.list(ofYaml(stream).toArray(String[]::new));
    }

    /** Reads the spec of one document in YAML. */
    public static <S extends Spec> S spec(String yaml, Class<S> type) {
        return switch (Documents.read(0, JSON.readTree(ofYaml(yaml).getFirst()))) {
            case DocumentResult.Read(Change change) ->
                type.cast(((Change.Put) change).manifest().spec());
            case DocumentResult.Faulty faulty -> throw new AssertionError(faulty);
        };
    }

    /** One of {@code docs/examples}, in YAML. */
    public static String example(String file) {
        try {
            return Files.readString(Path.of("docs", "examples", file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one piece of YAML in a document of {@code docs/} that has this in it. */
    public static String shown(String file, String part) {
        try {
            List<String> found = BLOCK.matcher(Files.readString(Path.of("docs", file)))
                    .results()
                    .map(block -> block.group(1))
                    .filter(block -> block.contains(part))
                    .toList();
            if (found.size() != 1) {
                throw new AssertionError(file + " shows " + part + " in " + found.size() + " places");
            }
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text with something in it replaced that must be there. */
    public static String replaced(String text, String former, String next) {
        if (!text.contains(former)) {
            throw new AssertionError("there is no " + former + " in\n" + text);
        }
        return text.replace(former, next);
    }
}
