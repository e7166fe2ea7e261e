package io.chancery.fleet;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.chancery.manifest.Redaction;
import io.chancery.model.EnvoySince;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Quarantine;
import io.chancery.snapshot.Resource;
import io.chancery.vault.Vault;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Refused versions as the store keeps them: one byte of format version, then compact JSON; where a resource that is kept
 * with one has something secret, all of that sealed.
 */
final class QuarantineCodec {

    static final String PREFIX = "quarantine/";

    private static final byte FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Vault vault;

    QuarantineCodec(Vault vault) {
        this.vault = vault;
    }

    static String key(String version) {
        return PREFIX + version;
    }

    byte[] encode(RefusedVersion refused) {
        ObjectNode stored = JSON.createObjectNode();
        stored.put("type", refused.resource().type().shortName());
        stored.put("name", refused.resource().name());
        stored.put("state", refused.state().name().toLowerCase(Locale.ROOT));
        stored.set("origin", encode(refused.origin()));
        refused.replacement().good().ifPresent(good -> stored.set("good", encode(good)));
        ArrayNode companions = stored.putArray("companions");
        refused.replacement().companions().forEach(companion -> companions.add(encode(companion)));
        stored.put("message", refused.refusal().message());
        ArrayNode nodes = stored.putArray("nodes");
        refused.refusal().nodes().forEach(nodes::add);
        stored.put("time", refused.time().toString());
        byte[] json = JSON.writeValueAsBytes(stored);
        byte[] value = new byte[json.length + 1];
        value[0] = FORMAT;
        System.arraycopy(json, 0, value, 1, json.length);
        return isSensitive(refused.replacement()) ? vault.seal(key(refused.version()), value) : value;
    }

    private static boolean isSensitive(RefusedVersion.Replacement kept) {
        return Stream.concat(kept.good().stream(), kept.companions().stream())
                .map(Resource::message)
                .anyMatch(message -> !Redaction.of(message).equals(message));
    }

    private static ObjectNode encode(Origin origin) {
        ObjectNode stored = JSON.createObjectNode()
                .put("source", origin.source())
                .put("revision", origin.revision().value())
                .put("author", origin.author());
        origin.since()
                .ifPresent(since ->
                        stored.putObject("since").put("major", since.major()).put("minor", since.minor()));
        return stored;
    }

    private static ObjectNode encode(Resource resource) {
        ObjectNode stored = JSON.createObjectNode();
        stored.put("type", resource.type().shortName());
        stored.put("name", resource.name());
        stored.put("content", resource.content().toByteArray());
        ArrayNode aliases = stored.putArray("aliases");
        resource.aliases().forEach(aliases::add);
        resource.ttl().ifPresent(ttl -> stored.put("ttl", ttl.toString()));
        stored.set("origin", encode(resource.origin()));
        return stored;
    }

    /** @throws UnreadableQuarantineException if the value is damaged or was written by a newer version */
    RefusedVersion decode(String key, byte[] value) {
        byte[] plain = Vault.isSealed(value) ? opened(key, value) : value;
        if (plain.length == 0 || plain[0] != FORMAT) {
            throw new UnreadableQuarantineException(key, "has a format that this version does not know");
        }
        try {
            JsonNode stored = JSON.readTree(plain, 1, plain.length - 1);
            Optional<Resource> good = stored.has("good") ? Optional.of(resource(stored.get("good"))) : Optional.empty();
            List<Resource> companions = new ArrayList<>();
            for (JsonNode companion : stored.path("companions")) {
                companions.add(resource(companion));
            }
            List<String> nodes = new ArrayList<>();
            stored.path("nodes").forEach(node -> nodes.add(node.stringValue()));
            return new RefusedVersion(
                    new Quarantine.ResourceName(
                            type(stored), stored.path("name").stringValue()),
                    key.substring(PREFIX.length()),
                    RefusedVersion.State.valueOf(
                            stored.path("state").stringValue().toUpperCase(Locale.ROOT)),
                    origin(stored.path("origin")),
                    new RefusedVersion.Replacement(good, companions),
                    new RefusedVersion.Cause(stored.path("message").stringValue(), nodes),
                    Instant.parse(stored.path("time").stringValue()));
        } catch (JacksonException
                | DateTimeParseException
                | IllegalArgumentException
                | InvalidProtocolBufferException e) {
            throw new UnreadableQuarantineException(key, "is damaged");
        }
    }

    private byte[] opened(String key, byte[] value) {
        return vault.open(key, value)
                .orElseThrow(() -> new UnreadableQuarantineException(
                        key,
                        "cannot be decrypted: it was altered, or it belongs to another key of the store or to another key"
                                + " set"));
    }

    private static ResourceType type(JsonNode stored) {
        return ResourceType.ofShortName(stored.path("type").stringValue()).orElseThrow(IllegalArgumentException::new);
    }

    private static Origin origin(JsonNode stored) {
        return new Origin(
                stored.path("source").stringValue(),
                new Revision(stored.path("revision").longValue()),
                stored.path("author").stringValue(),
                stored.has("since")
                        ? Optional.of(new EnvoySince(
                                stored.path("since").path("major").intValue(),
                                stored.path("since").path("minor").intValue()))
                        : Optional.empty());
    }

    private static Resource resource(JsonNode stored) throws InvalidProtocolBufferException {
        List<String> aliases = new ArrayList<>();
        stored.path("aliases").forEach(alias -> aliases.add(alias.stringValue()));
        Optional<Duration> ttl =
                stored.has("ttl") ? Optional.of(Duration.parse(stored.get("ttl").stringValue())) : Optional.empty();
        return Resource.restored(
                type(stored),
                stored.path("name").stringValue(),
                ByteString.copyFrom(stored.path("content").binaryValue()),
                new Resource.Traits(aliases, ttl, origin(stored.path("origin"))));
    }
}
