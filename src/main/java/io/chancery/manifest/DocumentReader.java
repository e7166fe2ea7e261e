package io.chancery.manifest;

import com.google.protobuf.Message;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.Durations;
import io.chancery.model.InvalidValueException;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one document, and gathers all that is wrong with it. */
final class DocumentReader {

    private static final Set<String> FIELDS =
            Set.of("kind", "name", "nodes", "labels", "ttl", "spec", "revision", "time", "author", "file");
    private static final String SPEC = "spec";

    /** What is asked of a resource beyond its being readable. */
    @FunctionalInterface
    interface Rules {
        void check(Message message, String path, Faults faults);
    }

    private final Faults faults;
    private final Rules rules;

    DocumentReader(int index, Rules rules) {
        this.faults = new Faults(index);
        this.rules = rules;
    }

    DocumentResult read(JsonNode document) {
        if (!isObject("", document)) {
            return result(null);
        }
        @Nullable ManifestKey key = key(document);
        return document.has("delete") ? removal(key, document) : declared(key, document, Precondition.NONE);
    }

    DocumentResult read(ManifestKey key, JsonNode document, Precondition precondition) {
        if (!isObject("", document)) {
            return result(null);
        }
        String kind = key.kind().spelling();
        if (document.has("kind") && !isText(document.get("kind"), kind)) {
            faults.add("kind", "must be " + kind + " as in the path, or left out");
        }
        if (document.has("name") && !isText(document.get("name"), key.name())) {
            faults.add("name", "must be that of the path, or left out");
        }
        return declared(key, document, precondition);
    }

    private DocumentResult removal(@Nullable ManifestKey key, JsonNode document) {
        if (!document.get("delete").isBoolean() || !document.get("delete").booleanValue()) {
            faults.add("delete", "must be true, or left out");
        }
        for (String field : document.propertyNames()) {
            if (!Set.of("kind", "name", "delete", "revision").contains(field)) {
                faults.add(field, "must be left out where something is deleted");
            }
        }
        Precondition precondition = precondition(document, Precondition.NONE);
        return result(key == null ? null : new Change.Delete(key, precondition));
    }

    private DocumentResult declared(@Nullable ManifestKey key, JsonNode document, Precondition precondition) {
        for (String field : document.propertyNames()) {
            if (!FIELDS.contains(field)) {
                faults.add(field, "is not a field; there are kind, name, nodes, labels, ttl, spec, revision");
            }
        }
        NodeSelector nodes = document.has("nodes")
                ? new SelectorReader(faults).read("nodes", document.get("nodes"))
                : NodeSelector.EVERY;
        SortedMap<String, String> labels = labels(document);
        Precondition wanted = precondition(document, precondition);
        if (key == null) {
            return result(null);
        }
        @Nullable Spec spec = spec(key.kind(), document);
        return result(spec == null ? null : put(key, nodes, labels, spec, wanted));
    }

    private Change.@Nullable Put put(
            ManifestKey key, NodeSelector nodes, SortedMap<String, String> labels, Spec spec, Precondition wanted) {
        try {
            return new Change.Put(new Manifest(key, nodes, labels, spec), wanted);
        } catch (InvalidValueException e) {
            faults.add(e.field(), e.reason());
            return null;
        }
    }

    private DocumentResult result(@Nullable Change change) {
        if (faults.size() > 0) {
            return new DocumentResult.Faulty(faults.found());
        }
        if (change == null) {
            throw new IllegalStateException("a document without fault was not read");
        }
        return new DocumentResult.Read(change);
    }

    private @Nullable ManifestKey key(JsonNode document) {
        @Nullable String kind = text("kind", document.get("kind"), "for example Resource");
        @Nullable String name = text("name", document.get("name"), "for example edge");
        Optional<ManifestKind> known = kind == null ? Optional.empty() : ManifestKind.ofSpelling(kind);
        if (kind != null && known.isEmpty()) {
            faults.add("kind", "must be one of " + ManifestKind.spellings());
        }
        if (name != null) {
            try {
                ManifestKey key = new ManifestKey(known.orElse(ManifestKind.RESOURCE), name);
                return known.isEmpty() ? null : key;
            } catch (InvalidValueException e) {
                faults.add(e.field(), e.reason());
            }
        }
        return null;
    }

    private SortedMap<String, String> labels(JsonNode document) {
        SortedMap<String, String> labels = new TreeMap<>();
        if (document.has("labels") && isObject("labels", document.get("labels"))) {
            for (Map.Entry<String, JsonNode> label : document.get("labels").properties()) {
                if (label.getValue().isString()) {
                    labels.put(label.getKey(), label.getValue().stringValue());
                } else {
                    faults.add("labels." + label.getKey(), "must be a string");
                }
            }
        }
        return labels;
    }

    private Precondition precondition(JsonNode document, Precondition otherwise) {
        @Nullable JsonNode revision = document.get("revision");
        if (revision == null) {
            return otherwise;
        }
        if (!revision.isIntegralNumber() || !revision.canConvertToLong() || revision.longValue() < 0) {
            faults.add("revision", "must be the number that was read with the manifest, or left out");
            return otherwise;
        }
        return otherwise instanceof Precondition.None
                ? new Precondition.At(new Revision(revision.longValue()))
                : otherwise;
    }

    private @Nullable Spec spec(ManifestKind kind, JsonNode document) {
        if (!document.has(SPEC)) {
            faults.add(SPEC, "must be given");
            return null;
        }
        Optional<Duration> ttl = document.has("ttl") ? ttl(document.get("ttl")) : Optional.empty();
        JsonNode spec = document.get(SPEC);
        if (!isObject(SPEC, spec)) {
            return null;
        }
        if (kind == ManifestKind.RESOURCE) {
            return resource(spec, ttl);
        }
        if (document.has("ttl")) {
            faults.add("ttl", "must be left out: only a Resource has one");
        }
        return new SpecReader(faults).read(kind, spec);
    }

    private Optional<Duration> ttl(JsonNode json) {
        try {
            Duration ttl = Durations.parse(json.asString(""));
            if (Spec.RawResource.isTtl(ttl)) {
                return Optional.of(ttl);
            }
        } catch (InvalidValueException _) {
            // said below, with the bounds
        }
        faults.add("ttl", Spec.RawResource.TTL_RULE);
        return Optional.empty();
    }

    private @Nullable Spec resource(JsonNode json, Optional<Duration> ttl) {
        Optional<ResourceType> type = type(json);
        if (type.isEmpty()) {
            return null;
        }
        Optional<Message> content = ResourceJson.read(json, SPEC, faults);
        if (content.isEmpty()) {
            return null;
        }
        Optional<String> name = ResourceNames.nameOf(type.get(), content.get(), SPEC, faults);
        if (name.isEmpty()) {
            return null;
        }
        rules.check(content.get(), SPEC, faults);
        Redaction.refusePlaceholders(content.get(), SPEC, faults);
        return new Spec.RawResource(type.get(), name.get(), content.get(), ttl);
    }

    private Optional<ResourceType> type(JsonNode json) {
        @Nullable JsonNode url = json.get("@type");
        Optional<ResourceType> type =
                url == null || !url.isString() ? Optional.empty() : ResourceType.ofTypeUrl(url.stringValue());
        Optional<ResourceType> accepted = type.filter(found -> found != ResourceType.LOCALITY_ENDPOINT);
        if (accepted.isEmpty()) {
            faults.add("spec.@type", "must be one of " + Spec.RawResource.typeUrls());
        }
        return accepted;
    }

    private @Nullable String text(String path, @Nullable JsonNode json, String example) {
        if (json == null || !json.isString()) {
            faults.add(path, "must be given as a string, " + example);
            return null;
        }
        return json.stringValue();
    }

    private static boolean isText(JsonNode json, String text) {
        return json.isString() && json.stringValue().equals(text);
    }

    private boolean isObject(String path, JsonNode json) {
        if (!json.isObject()) {
            faults.add(path, "must be an object");
        }
        return json.isObject();
    }
}
