package io.chancery.manifest;

import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Revision;
import io.chancery.vault.Vault;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes as the store keeps them: one byte of format version, the length of a JSON object, that object, and behind it the
 * manifests before and after, each as the store keeps manifests. A list of changes is read without their manifests. What holds
 * a manifest with something secret is sealed as a whole, so that it is known which key set belongs to it.
 */
final class HistoryCodec {

    static final String PREFIX = "history/";

    private static final byte FORMAT = 1;
    private static final int DIGITS = 19;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Vault vault;
    private final ManifestCodec manifests;

    HistoryCodec(Vault vault) {
        this.vault = vault;
        this.manifests = new ManifestCodec(vault);
    }

    /** How the manifests are kept. */
    ManifestCodec manifests() {
        return manifests;
    }

    /**
     * One manifest of a change.
     *
     * @param before it, if there was one
     * @param after its new value in the store, if it is not removed
     */
    record Step(ManifestKey key, Optional<DeclaredManifest> before, Optional<byte[]> after) {}

    /** The key of the change that comes after the one at this revision, or first: unique, and in the order of time. */
    static String keyAfter(Revision guard) {
        String number = Long.toString(guard.value());
        return PREFIX + "0".repeat(DIGITS - number.length()) + number;
    }

    /** The revision of the change before, from the key that {@link #keyAfter} made of it. */
    static Revision before(String key) {
        try {
            return new Revision(Long.parseLong(key.substring(PREFIX.length())));
        } catch (NumberFormatException e) {
            throw new UnreadableManifestException(key, "has a key that this version does not know");
        }
    }

    /** @param key under which it will be in the store */
    byte[] encode(String key, Instant time, ApplyOptions options, List<Step> steps) {
        ObjectNode head = JSON.createObjectNode();
        head.put("time", time.toString());
        head.put("author", options.author());
        head.put("reason", options.reason());
        ArrayNode list = head.putArray("steps");
        List<byte[]> values = new ArrayList<>();
        int length = 0;
        for (Step step : steps) {
            ObjectNode one = list.addObject();
            one.put("kind", step.key().kind().spelling());
            one.put("name", step.key().name());
            if (step.before().isPresent()) {
                DeclaredManifest before = step.before().get();
                values.add(manifests.encode(before.manifest(), before.time(), before.author(), before.owner()));
                one.put("revision", before.revision().value());
                one.put("before", values.getLast().length);
                length += values.getLast().length;
            }
            if (step.after().isPresent()) {
                values.add(step.after().get());
                one.put("after", values.getLast().length);
                length += values.getLast().length;
            }
        }
        byte[] json = JSON.writeValueAsBytes(head);
        ByteBuffer value = ByteBuffer.allocate(1 + Integer.BYTES + json.length + length);
        value.put(FORMAT).putInt(json.length).put(json);
        values.forEach(value::put);
        return values.stream().anyMatch(Vault::isSealed) ? vault.seal(key, value.array()) : value.array();
    }

    /** @throws UnreadableManifestException if the value is damaged or was written by a newer version */
    HistoryEntry decode(String key, byte[] value, Revision revision) {
        JsonNode head = head(key, opened(key, value));
        try {
            List<HistoryEntry.Altered> altered = new ArrayList<>();
            for (JsonNode step : head.path("steps")) {
                altered.add(new HistoryEntry.Altered(manifestKey(key, step), outcome(step)));
            }
            return new HistoryEntry(
                    revision,
                    Instant.parse(head.path("time").stringValue("")),
                    head.path("author").stringValue(""),
                    head.path("reason").stringValue(""),
                    altered);
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw damaged(key);
        }
    }

    /** Reads the manifests too. */
    List<AlteredManifest> decodeManifests(String key, byte[] value, Revision revision) {
        ByteBuffer rest = opened(key, value);
        JsonNode head = head(key, rest);
        try {
            List<AlteredManifest> manifests = new ArrayList<>();
            for (JsonNode step : head.path("steps")) {
                ManifestKey name = manifestKey(key, step);
                Revision former = new Revision(step.path("revision").longValue(0));
                manifests.add(new AlteredManifest(
                        name,
                        manifest(name, step.get("before"), rest, former),
                        manifest(name, step.get("after"), rest, revision)));
            }
            return manifests;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw damaged(key);
        }
    }

    private Optional<DeclaredManifest> manifest(
            ManifestKey name, @Nullable JsonNode length, ByteBuffer rest, Revision revision) {
        if (length == null) {
            return Optional.empty();
        }
        byte[] value = new byte[length.intValue(0)];
        rest.get(value);
        return Optional.of(manifests.decode(Keys.of(name), value, revision));
    }

    private ByteBuffer opened(String key, byte[] value) {
        if (!Vault.isSealed(value)) {
            return ByteBuffer.wrap(value);
        }
        return ByteBuffer.wrap(vault.open(key, value)
                .orElseThrow(() -> new UnreadableManifestException(
                        key,
                        "cannot be decrypted: it was altered, or it belongs to another key of the store or to another key"
                                + " set")));
    }

    private static JsonNode head(String key, ByteBuffer value) {
        try {
            if (value.get() != FORMAT) {
                throw new UnreadableManifestException(key, "has a format that this version does not know");
            }
            byte[] json = new byte[Math.clamp(value.getInt(), 0, value.remaining())];
            value.get(json);
            return JSON.readTree(json);
        } catch (BufferUnderflowException | JacksonException e) {
            throw damaged(key);
        }
    }

    private static ManifestKey manifestKey(String key, JsonNode step) {
        return new ManifestKey(
                ManifestKind.ofSpelling(step.path("kind").stringValue(""))
                        .orElseThrow(() ->
                                new UnreadableManifestException(key, "has a kind that this version does not know")),
                step.path("name").stringValue(""));
    }

    private static Outcome outcome(JsonNode step) {
        if (!step.has("before")) {
            return Outcome.CREATED;
        }
        return step.has("after") ? Outcome.CHANGED : Outcome.DELETED;
    }

    private static UnreadableManifestException damaged(String key) {
        return new UnreadableManifestException(key, "is damaged");
    }
}
