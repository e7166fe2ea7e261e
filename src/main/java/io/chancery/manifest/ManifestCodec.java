package io.chancery.manifest;

import io.chancery.model.Revision;
import io.chancery.vault.Vault;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifests as the store keeps them: one byte of format version, then who, when, and the document, as compact JSON; where
 * the manifest has something secret, all of that sealed.
 */
final class ManifestCodec {

    private static final byte FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Vault vault;

    ManifestCodec(Vault vault) {
        this.vault = vault;
    }

    byte[] encode(Manifest manifest, Instant time, String author, Optional<FileOwner> owner) {
        ObjectNode stored = JSON.createObjectNode();
        stored.put("time", time.toString());
        stored.put("author", author);
        owner.ifPresent(
                file -> stored.putObject("owner").put("source", file.source()).put("file", file.file()));
        stored.set("document", Documents.complete(manifest));
        byte[] json = JSON.writeValueAsBytes(stored);
        byte[] value = new byte[json.length + 1];
        value[0] = FORMAT;
        System.arraycopy(json, 0, value, 1, json.length);
        return Redaction.isSensitive(manifest.spec()) ? vault.seal(Keys.of(manifest.key()), value) : value;
    }

    /** @throws UnreadableManifestException if the value is damaged or was written by a newer version */
    DeclaredManifest decode(String key, byte[] value, Revision revision) {
        ManifestKey expected = Keys.parse(key);
        byte[] plain = Vault.isSealed(value) ? opened(key, value) : value;
        if (plain.length == 0 || plain[0] != FORMAT) {
            throw new UnreadableManifestException(key, "has a format that this version does not know");
        }
        try {
            JsonNode stored = JSON.readTree(plain, 1, plain.length - 1);
            Manifest manifest = manifest(key, stored.path("document"));
            if (!manifest.key().equals(expected)) {
                throw new UnreadableManifestException(key, "is that of another manifest");
            }
            return new DeclaredManifest(
                    manifest,
                    revision,
                    Instant.parse(stored.path("time").stringValue("")),
                    stored.path("author").stringValue(""),
                    owner(stored.path("owner")));
        } catch (JacksonException | DateTimeParseException | IllegalArgumentException e) {
            throw new UnreadableManifestException(key, "is damaged");
        }
    }

    private byte[] opened(String key, byte[] value) {
        return vault.open(key, value)
                .orElseThrow(() -> new UnreadableManifestException(
                        key,
                        "cannot be decrypted: it was altered, or it belongs to another key of the store or to another key"
                                + " set"));
    }

    private static Optional<FileOwner> owner(JsonNode stored) {
        return stored.isObject()
                ? Optional.of(new FileOwner(
                        stored.path("source").stringValue(""),
                        stored.path("file").stringValue("")))
                : Optional.empty();
    }

    /** What the rules refused was not stored; newer rules must not keep the process from starting. */
    private static Manifest manifest(String key, JsonNode document) {
        DocumentReader reader = new DocumentReader(0, (_, _, _) -> {});
        return switch (reader.read(document)) {
            case DocumentResult.Read(Change.Put(Manifest manifest, var _)) -> manifest;
            case DocumentResult.Read(Change.Delete _) -> throw new UnreadableManifestException(key, "is damaged");
            case DocumentResult.Faulty(var faults) ->
                throw new UnreadableManifestException(
                        key,
                        "cannot be read by this version: " + faults.getFirst().path() + " "
                                + faults.getFirst().reason());
        };
    }
}
