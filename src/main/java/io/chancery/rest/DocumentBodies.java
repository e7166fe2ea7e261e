package io.chancery.rest;

import io.chancery.manifest.YamlDocument;
import io.chancery.manifest.YamlDocuments;
import io.chancery.manifest.YamlResult;
import io.chancery.model.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the documents in a request's body, whether they are JSON or YAML. */
final class DocumentBodies {

    static final String YAML = "application/yaml";
    static final String X_YAML = "application/x-yaml";
    static final String TEXT_YAML = "text/yaml";

    private final JsonMapper json;

    /** @param json refuses duplicate keys and what comes after the value */
    DocumentBodies(JsonMapper json) {
        this.json = json;
    }

    /** Reads the only document of a body. */
    JsonNode one(byte[] body, MediaType type) {
        if (!isYaml(type)) {
            return json.readTree(body);
        }
        List<JsonNode> documents = yaml(body);
        if (documents.size() != 1) {
            throw new InvalidValueException(
                    "body", "must be one manifest, not " + documents.size() + "; POST /v1/apply takes several");
        }
        return documents.getFirst();
    }

    /** Reads all documents of a body: a list, or a stream of YAML documents. */
    List<JsonNode> several(byte[] body, MediaType type) {
        List<JsonNode> documents = isYaml(type) ? yaml(body) : List.of(json.readTree(body));
        boolean list = documents.size() == 1 && documents.getFirst().isArray();
        List<JsonNode> manifests = list ? documents.getFirst().valueStream().toList() : documents;
        if (manifests.isEmpty() || (!isYaml(type) && !list)) {
            throw new InvalidValueException("body", "must be a list of at least one manifest");
        }
        return manifests;
    }

    /** In which form a document is wanted: JSON unless YAML is preferred, which is then asked for by name. */
    static MediaType preferred(@Nullable String accept) {
        List<MediaType> accepted = accept == null ? List.of() : MediaType.parseMediaTypes(accept);
        return accepted.stream()
                .max(Comparator.comparingDouble(MediaType::getQualityValue))
                .filter(best -> !best.isWildcardSubtype() && isYaml(best))
                .map(_ -> MediaType.parseMediaType(YAML))
                .orElse(MediaType.APPLICATION_JSON);
    }

    /** Returns what Spring is to write: JSON is made of the document itself. */
    Object written(Object document, MediaType type) {
        return isYaml(type) ? YamlDocuments.write(json.valueToTree(document)) : document;
    }

    private static boolean isYaml(MediaType type) {
        return type.getSubtype().endsWith("yaml");
    }

    private static List<JsonNode> yaml(byte[] body) {
        return switch (YamlDocuments.read(text(body))) {
            case YamlResult.Read(List<YamlDocument> documents) ->
                documents.stream().map(YamlDocument::content).toList();
            case YamlResult.Malformed malformed ->
                throw Problem.MALFORMED_BODY.toException(
                        "The body is not YAML as it is taken here: " + malformed.sentence());
        };
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.MALFORMED_BODY.toException("The body is not UTF-8, in which YAML is to be written");
        }
    }
}
