package io.chancery.manifest;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Resources as <a href="https://protobuf.dev/programming-guides/json/">protobuf JSON</a> with their type. */
public final class ResourceJson {

    private static final String TYPE = "@type";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ResourceJson() {}

    /**
     * Writes a message as an object with {@code @type} and its fields as Envoy's documentation spells them.
     *
     * @param message of Envoy's API, with nothing but that in it; see {@link Redaction} for what it may give away
     * @throws IllegalArgumentException if it holds a message of a type that is not of Envoy's API
     */
    public static ObjectNode write(Message message) {
        findTypes(message);
        try {
            String text = JsonFormat.printer()
                    .usingTypeRegistry(MessageTypes.found())
                    .preservingProtoFieldNames()
                    .omittingInsignificantWhitespace()
                    .print(message);
            ObjectNode json = JSON.createObjectNode();
            json.put(
                    TYPE,
                    MessageTypes.URL_PREFIX + message.getDescriptorForType().getFullName());
            json.setAll((ObjectNode) JSON.readTree(text));
            return json;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "a message of an unknown type, or none at all, is in "
                            + message.getDescriptorForType().getFullName(),
                    e);
        }
    }

    /**
     * Reads what {@link #write} writes, and every other way to write the same.
     *
     * @return empty if there were faults, which were added
     */
    static Optional<Message> read(JsonNode json, String path, Faults faults) {
        Faults own = faults.none();
        Optional<Message> type = new JsonShape(own).checkAny(path, json, 0);
        own.found().forEach(fault -> faults.add(fault.path(), fault.reason()));
        if (type.isEmpty() || !own.found().isEmpty()) {
            return Optional.empty();
        }
        ObjectNode fields = ((ObjectNode) json).deepCopy();
        fields.remove(TYPE);
        Message.Builder builder = type.get().newBuilderForType();
        try {
            JsonFormat.parser().usingTypeRegistry(MessageTypes.found()).merge(JSON.writeValueAsString(fields), builder);
            return Optional.of(builder.build());
        } catch (InvalidProtocolBufferException e) {
            // Its words would quote the value.
            faults.add(
                    path,
                    "must be the protobuf JSON of "
                            + type.get().getDescriptorForType().getFullName());
            return Optional.empty();
        }
    }

    private static void findTypes(Message message) {
        if (message instanceof Any any) {
            Nested.in(any).ifPresent(ResourceJson::findTypes);
        } else {
            Nested.of(message).forEach(nested -> findTypes(nested.message()));
        }
    }
}
