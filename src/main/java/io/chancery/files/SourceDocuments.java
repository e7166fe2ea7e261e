package io.chancery.files;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.FileManifest;
import io.chancery.manifest.FileOwner;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.YamlDocument;
import io.chancery.manifest.YamlDocuments;
import io.chancery.manifest.YamlResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the manifests that the files of a source declare, and gathers all that is wrong with them. */
final class SourceDocuments {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String source;
    private final List<Placed> manifests = new ArrayList<>();
    private final SortedMap<String, List<FileFault>> faults = new TreeMap<>();
    private final Map<ManifestKey, Placed> known = new HashMap<>();

    private SourceDocuments(String source) {
        this.source = source;
    }

    /** A manifest, and the line in its file at which its document begins. */
    record Placed(FileManifest manifest, int line) {}

    /**
     * What was read.
     *
     * @param faults by file; no file is there without one
     */
    record Parsed(List<Placed> manifests, SortedMap<String, List<FileFault>> faults) {}

    static Parsed parse(String source, SourceContent content) {
        SourceDocuments documents = new SourceDocuments(source);
        content.files().forEach(documents::file);
        return new Parsed(documents.manifests, documents.faults);
    }

    private void file(String name, FileText content) {
        FileOwner file = new FileOwner(source, name);
        switch (content) {
            case FileText.Unreadable(String reason) -> add(file, new FileFault(0, "", reason));
            case FileText.Loaded(String text) -> {
                for (YamlDocument document : documents(file, text)) {
                    if (document.content().isArray()) {
                        document.content().forEach(one -> document(file, document.line(), one));
                    } else {
                        document(file, document.line(), document.content());
                    }
                }
            }
        }
    }

    private List<YamlDocument> documents(FileOwner file, String text) {
        // YAML would refuse the tabs that JSON may be indented with.
        if (file.toString().endsWith(".json")) {
            try {
                return List.of(new YamlDocument(1, JSON.readTree(text)));
            } catch (JacksonException e) {
                @Nullable TokenStreamLocation place = e.getLocation();
                malformed(
                        file,
                        place == null ? 1 : place.getLineNr(),
                        place == null ? 1 : place.getColumnNr(),
                        "is not proper JSON, or has a key twice, or more than one value");
                return List.of();
            }
        }
        return switch (YamlDocuments.read(text)) {
            case YamlResult.Read(List<YamlDocument> documents) -> documents;
            case YamlResult.Malformed(int line, int column, String reason) -> {
                malformed(file, line, column, reason);
                yield List.of();
            }
        };
    }

    private void malformed(FileOwner file, int line, int column, String reason) {
        add(file, new FileFault(line, "", reason + " (column " + column + ")"));
    }

    private void document(FileOwner file, int line, JsonNode document) {
        if (PlainConfig.isOne(document)) {
            PlainConfig config = PlainConfig.read(document);
            config.faults().forEach((path, reason) -> add(file, new FileFault(line, path, reason)));
            config.manifests().forEach(translated -> manifest(file, line, translated));
        } else if (document.has("delete")) {
            add(
                    file,
                    new FileFault(
                            line, "delete", "must be left out: what no file declares any longer is removed by that"));
        } else {
            manifest(file, line, document);
        }
    }

    private void manifest(FileOwner file, int line, JsonNode document) {
        switch (Documents.read(0, document)) {
            case DocumentResult.Faulty(List<Fault> found) ->
                found.forEach(fault -> add(file, new FileFault(line, fault.path(), fault.reason())));
            case DocumentResult.Read(Change.Put(Manifest manifest, var _)) ->
                place(new Placed(new FileManifest(file, manifest), line));
            case DocumentResult.Read(Change.Delete _) ->
                throw new IllegalStateException("a document without delete deletes");
        }
    }

    private void place(Placed placed) {
        ManifestKey key = placed.manifest().manifest().key();
        @Nullable Placed other = known.putIfAbsent(key, placed);
        if (other == null) {
            manifests.add(placed);
        } else {
            add(
                    placed.manifest().owner(),
                    new FileFault(
                            placed.line(),
                            "name",
                            "must not be that of " + key + ", which "
                                    + other.manifest().owner() + " declares at line " + other.line()));
        }
    }

    private void add(FileOwner file, FileFault fault) {
        List<FileFault> found = faults.computeIfAbsent(file.file(), _ -> new ArrayList<>());
        if (found.size() < Documents.MAX_FAULTS) {
            found.add(fault);
        }
    }
}
