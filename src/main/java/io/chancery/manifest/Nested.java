package io.chancery.manifest;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message that is the value of a field of another.
 *
 * @param step how a path goes on to it, for example {@code .filters[2]}
 */
record Nested(FieldDescriptor field, String step, Message message) {

    /** Returns the messages directly in a message, those in its maps among them. */
    static List<Nested> of(Message message) {
        List<Nested> found = new ArrayList<>();
        message.getAllFields().forEach((field, value) -> {
            String step = '.' + field.getName();
            if (field.isMapField()) {
                for (Object entry : (List<?>) value) {
                    if (((MapEntry<?, ?>) entry).getValue() instanceof Message inner) {
                        found.add(new Nested(field, step + '.' + ((MapEntry<?, ?>) entry).getKey(), inner));
                    }
                }
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (field.isRepeated()) {
                    List<?> list = (List<?>) value;
                    for (int i = 0; i < list.size(); i++) {
                        found.add(new Nested(field, step + '[' + i + ']', (Message) list.get(i)));
                    }
                } else {
                    found.add(new Nested(field, step, (Message) value));
                }
            }
        });
        return found;
    }

    /** Returns what an Any holds, unless its type is unknown or its bytes are not of that type. */
    static Optional<Message> in(Any any) {
        return MessageTypes.find(any.getTypeUrl()).flatMap(type -> {
            try {
                return Optional.of(type.getParserForType().parseFrom(any.getValue()));
            } catch (InvalidProtocolBufferException e) {
                return Optional.empty();
            }
        });
    }
}
