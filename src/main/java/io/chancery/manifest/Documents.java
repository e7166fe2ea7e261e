package io.chancery.manifest;

import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TcpListener;
import io.chancery.model.Durations;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import io.chancery.registry.Precondition;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Manifests as JSON documents. {@code docs/manifests.md} says how they look. */
public final class Documents {

    /** How many faults are given at most. */
    public static final int MAX_FAULTS = 100;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Documents() {}

    /**
     * Reads one of several documents, and holds it against the rules of what it declares.
     *
     * @param index its place among them, from 0
     */
    public static DocumentResult read(int index, JsonNode document) {
        DocumentReader reader = new DocumentReader(index, ResourceRules::check);
        return reader.read(document);
    }

    /**
     * Reads the document of a manifest whose kind and name are known; it may leave them out.
     *
     * @param precondition counts unless the document names a revision
     */
    public static DocumentResult read(ManifestKey key, JsonNode document, Precondition precondition) {
        DocumentReader reader = new DocumentReader(0, ResourceRules::check);
        return reader.read(key, document, precondition);
    }

    /** Writes a manifest without its secrets. */
    public static ObjectNode redacted(Manifest manifest) {
        return write(
                manifest,
                switch (manifest.spec()) {
                    case Spec.RawResource raw -> ResourceJson.write(Redaction.of(raw.content()));
                    case SecretSpec secret -> SecretText.blanked(RecordWriter.write(secret));
                    case ServiceSpec spec -> RecordWriter.write(spec);
                    case HttpListener spec -> RecordWriter.write(spec);
                    case TcpListener spec -> RecordWriter.write(spec);
                    case Sidecar spec -> RecordWriter.write(spec);
                    case RuntimeLayer spec -> RecordWriter.write(spec);
                    case RedisMaster spec -> RecordWriter.write(spec);
                    case ShuffleShard spec -> RecordWriter.write(spec);
                });
    }

    /** Writes a manifest with all that is in it. */
    static ObjectNode complete(Manifest manifest) {
        return write(
                manifest,
                switch (manifest.spec()) {
                    case Spec.RawResource raw -> ResourceJson.write(raw.content());
                    case SecretSpec spec -> RecordWriter.write(spec);
                    case ServiceSpec spec -> RecordWriter.write(spec);
                    case HttpListener spec -> RecordWriter.write(spec);
                    case TcpListener spec -> RecordWriter.write(spec);
                    case Sidecar spec -> RecordWriter.write(spec);
                    case RuntimeLayer spec -> RecordWriter.write(spec);
                    case RedisMaster spec -> RecordWriter.write(spec);
                    case ShuffleShard spec -> RecordWriter.write(spec);
                });
    }

    private static ObjectNode write(Manifest manifest, ObjectNode spec) {
        ObjectNode document = JSON.createObjectNode();
        document.put("kind", manifest.key().kind().spelling());
        document.put("name", manifest.key().name());
        if (!manifest.nodes().isEvery()) {
            document.set("nodes", nodes(manifest.nodes()));
        }
        if (!manifest.labels().isEmpty()) {
            ObjectNode labels = document.putObject("labels");
            manifest.labels().forEach(labels::put);
        }
        if (manifest.spec() instanceof Spec.RawResource raw) {
            raw.ttl().ifPresent(ttl -> document.put("ttl", Durations.write(ttl)));
        }
        document.set("spec", spec);
        return document;
    }

    /** Writes which nodes a manifest is for; an empty object stands for all. */
    public static ObjectNode nodes(NodeSelector selector) {
        ObjectNode nodes = JSON.createObjectNode();
        patterns(nodes, "id", selector.ids());
        patterns(nodes, "cluster", selector.clusters());
        if (!selector.metadata().isEmpty()) {
            ObjectNode metadata = nodes.putObject("metadata");
            for (Map.Entry<String, Object> wanted : selector.metadata().entrySet()) {
                metadata.set(wanted.getKey(), JSON.valueToTree(wanted.getValue()));
            }
        }
        if (!selector.locality().equals(Locality.UNKNOWN)) {
            ObjectNode locality = nodes.putObject("locality");
            part(locality, "region", selector.locality().region());
            part(locality, "zone", selector.locality().zone());
            part(locality, "subZone", selector.locality().subZone());
        }
        return nodes;
    }

    private static void patterns(ObjectNode nodes, String field, List<String> patterns) {
        if (patterns.size() == 1) {
            nodes.put(field, patterns.getFirst());
        } else if (!patterns.isEmpty()) {
            ArrayNode list = nodes.putArray(field);
            patterns.forEach(list::add);
        }
    }

    private static void part(ObjectNode locality, String field, String part) {
        if (!part.isEmpty()) {
            locality.put(field, part);
        }
    }
}
