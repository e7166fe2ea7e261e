package io.chancery.manifest;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A message and all that is in it, what {@code google.protobuf.Any} fields hold too. */
public final class MessageTree {

    /** What is put in may hold what it is put into. */
    private static final int MAX_DEPTH = 100;

    private MessageTree() {}

    /**
     * Returns the message with every message in it, and itself, changed, from the outside in: what a change puts in is
     * changed in its turn. An Any of a type that is not of Envoy's API is left as it is.
     *
     * @param change returns a message of the same type
     */
    public static Message rewritten(Message message, UnaryOperator<Message> change) {
        return rewritten(message, change, 0);
    }

    private static Message rewritten(Message message, UnaryOperator<Message> change, int depth) {
        if (depth > MAX_DEPTH) {
            return message;
        }
        if (message instanceof Any any) {
            return Nested.in(any)
                    .<Message>map(content -> any.toBuilder()
                            .setValue(rewritten(content, change, depth + 1).toByteString())
                            .build())
                    .orElse(any);
        }
        Message changed = change.apply(message);
        Message.@Nullable Builder builder = null;
        for (Map.Entry<FieldDescriptor, Object> entry : changed.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                builder = builder == null ? changed.toBuilder() : builder;
                builder.setField(field, value(entry.getValue(), change, depth + 1));
            }
        }
        return builder == null ? changed : builder.build();
    }

    private static Object value(Object value, UnaryOperator<Message> change, int depth) {
        return switch (value) {
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(value(item, change, depth)));
                yield items;
            }
            case MapEntry<?, ?> entry ->
                entry.getValue() instanceof Message inner
                        ? entry.toBuilder()
                                .setField(
                                        entry.getDescriptorForType().findFieldByName("value"),
                                        rewritten(inner, change, depth))
                                .build()
                        : entry;
            case Message nested -> rewritten(nested, change, depth);
            default -> value;
        };
    }
}
