package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.model.EndpointId;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is registered for a manifest as the store keeps it: one byte of format version, then compact JSON. */
final class RegisteredCodec {

    private static final byte FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RegisteredCodec() {}

    static byte[] encode(Registered registered) {
        ObjectNode stored = JSON.createObjectNode()
                .put("master", registered.master().value())
                .put("replicas", registered.replicas().value());
        ArrayNode nodes = stored.putArray("nodes");
        new TreeSet<>(registered.nodes()).forEach(node -> nodes.add(node.value()));
        registered.lastSwitch().ifPresent(change -> {
            ObjectNode last = stored.putObject("switch");
            change.from().ifPresent(from -> last.put("from", from.toString()));
            last.put("to", change.to().toString())
                    .put("at", change.at().toString())
                    .put("revision", change.revision().value());
        });
        byte[] json = JSON.writeValueAsBytes(stored);
        byte[] value = new byte[json.length + 1];
        value[0] = FORMAT;
        System.arraycopy(json, 0, value, 1, json.length);
        return value;
    }

    /** @throws UnreadableMasterException if the value is damaged or was written by a newer version */
    static Registered decode(String key, byte[] value) {
        if (value.length == 0 || value[0] != FORMAT) {
            throw new UnreadableMasterException(key, "has a format that this version does not know");
        }
        try {
            JsonNode stored = JSON.readTree(value, 1, value.length - 1);
            Set<EndpointId> nodes = new TreeSet<>();
            stored.path("nodes").forEach(node -> nodes.add(new EndpointId(node.stringValue())));
            return new Registered(
                    new ServiceName(stored.path("master").stringValue()),
                    new ServiceName(stored.path("replicas").stringValue()),
                    nodes,
                    stored.has("switch") ? Optional.of(pastSwitch(stored.get("switch"))) : Optional.empty());
        } catch (JacksonException | DateTimeParseException | IllegalArgumentException _) {
            throw new UnreadableMasterException(key, "is damaged");
        }
    }

    private static PastSwitch pastSwitch(JsonNode stored) {
        return new PastSwitch(
                stored.has("from")
                        ? Optional.of(HostName.parse(stored.get("from").stringValue()))
                        : Optional.empty(),
                HostName.parse(stored.path("to").stringValue()),
                Instant.parse(stored.path("at").stringValue()),
                new Revision(stored.path("revision").longValue()));
    }
}
