package io.chancery.manifest;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TcpListener;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import udpa.annotations.Sensitive;

/**
 * Blanks what must not be shown: what Envoy's API marks as {@code udpa.annotations.sensitive}, for example private keys,
 * passwords, session ticket keys and generic secrets, wherever in a message they are, in {@code google.protobuf.Any}
 * fields too. Where a secret is kept (the name of a file or of an environment variable) is not blanked.
 *
 * <p>An Any of a type that is not of Envoy's API loses its content, as nobody knows what of it is secret; free-form
 * content ({@code google.protobuf.Struct}) is kept where no sensitive field holds it.
 */
public final class Redaction {

    /** What stands in the place of a secret. */
    public static final String PLACEHOLDER = "[redacted]";

    static final String PLACEHOLDER_RULE =
            "must be the secret itself; " + PLACEHOLDER + " is what is shown in its place";

    private static final ByteString PLACEHOLDER_BYTES = ByteString.copyFromUtf8(PLACEHOLDER);

    private enum Secrecy {
        OPEN,
        SECRET
    }

    private Redaction() {}

    /** Whether something in it must not be shown, nor be readable in the store. */
    static boolean isSensitive(Spec spec) {
        return switch (spec) {
            case Spec.RawResource raw -> !of(raw.content()).equals(raw.content());
            case SecretSpec _ -> true;
            case ServiceSpec _,
                    HttpListener _,
                    TcpListener _,
                    Sidecar _,
                    RuntimeLayer _,
                    RedisMaster _,
                    ShuffleShard _ -> false;
        };
    }

    /** Returns the message without secrets; the message itself if it has none. */
    public static Message of(Message message) {
        return redacted(message, Secrecy.OPEN);
    }

    /** Returns the secrets in a message, as text. */
    public static Set<String> secrets(Message message) {
        Set<String> found = new HashSet<>();
        collect(message, Secrecy.OPEN, found);
        return found;
    }

    private static void collect(Message message, Secrecy secrecy, Set<String> found) {
        if (message instanceof Any any) {
            Nested.in(any).ifPresent(content -> collect(content, secrecy, found));
            return;
        }
        message.getAllFields().forEach((field, value) -> {
            if (secrecyOf(field, secrecy) == Secrecy.SECRET) {
                (value instanceof List<?> several ? several : List.of(value)).forEach(one -> collectValue(one, found));
            }
        });
        for (Nested nested : Nested.of(message)) {
            collect(nested.message(), secrecyOf(nested.field(), secrecy), found);
        }
    }

    private static void collectValue(Object value, Set<String> found) {
        switch (value) {
            case String text -> found.add(text);
            case ByteString bytes -> found.add(bytes.toStringUtf8());
            case MapEntry<?, ?> entry -> collectValue(entry.getValue(), found);
            default -> {
                // messages are gone through by themselves; numbers are shown
            }
        }
    }

    /**
     * Adds a fault for each place in which a secret is the {@link #PLACEHOLDER}: somebody sends back what he was shown,
     * and would lose the secret.
     */
    static void refusePlaceholders(Message message, String path, Faults faults) {
        refusePlaceholders(message, path, Secrecy.OPEN, faults);
    }

    private static Message redacted(Message message, Secrecy secrecy) {
        if (message instanceof Any any) {
            return redacted(any, secrecy);
        }
        Message.@Nullable Builder changed = null;
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            Object before = entry.getValue();
            Object after = field.isRepeated()
                    ? redacted((List<?>) before, field, secrecy)
                    : redacted(before, secrecyOf(field, secrecy));
            if (!Objects.equals(before, after)) {
                changed = changed == null ? message.toBuilder() : changed;
                set(changed, field, after);
            }
        }
        return changed == null ? message : changed.build();
    }

    private static void set(Message.Builder changed, FieldDescriptor field, Object value) {
        if (field.getNumber() == DataSource.INLINE_BYTES_FIELD_NUMBER && isDataSource(field.getContainingType())) {
            // In JSON bytes are base64, in which nobody would recognise the placeholder.
            changed.setField(
                    field.getContainingType().findFieldByNumber(DataSource.INLINE_STRING_FIELD_NUMBER), PLACEHOLDER);
        } else {
            changed.setField(field, value);
        }
    }

    private static List<Object> redacted(List<?> values, FieldDescriptor field, Secrecy secrecy) {
        List<Object> after = new ArrayList<>(values.size());
        for (Object value : values) {
            after.add(
                    value instanceof MapEntry<?, ?> entry
                            ? redactedEntry(entry, secrecyOf(field, secrecy))
                            : redacted(value, secrecyOf(field, secrecy)));
        }
        return after;
    }

    private static Object redactedEntry(MapEntry<?, ?> entry, Secrecy secrecy) {
        Object after = redacted(entry.getValue(), secrecy);
        if (after.equals(entry.getValue())) {
            return entry;
        }
        Message.Builder changed = entry.toBuilder();
        changed.setField(entry.getDescriptorForType().findFieldByName("value"), after);
        return changed.build();
    }

    private static Object redacted(Object value, Secrecy secrecy) {
        return switch (value) {
            case Message nested -> redacted(nested, secrecy);
            case String text -> secrecy == Secrecy.SECRET && !text.isEmpty() ? PLACEHOLDER : text;
            case ByteString bytes -> secrecy == Secrecy.SECRET && !bytes.isEmpty() ? PLACEHOLDER_BYTES : bytes;
            default -> value;
        };
    }

    private static Any redacted(Any any, Secrecy secrecy) {
        Optional<Message> content = Nested.in(any);
        if (content.isEmpty()) {
            return any.toBuilder().clearValue().build();
        }
        Message after = redacted(content.get(), secrecy);
        return after.equals(content.get())
                ? any
                : any.toBuilder().setValue(after.toByteString()).build();
    }

    private static void refusePlaceholders(Message message, String path, Secrecy secrecy, Faults faults) {
        if (message instanceof Any any) {
            Nested.in(any).ifPresent(content -> refusePlaceholders(content, path, secrecy, faults));
            return;
        }
        message.getAllFields().forEach((field, value) -> {
            if (secrecyOf(field, secrecy) == Secrecy.SECRET
                    && (value.equals(PLACEHOLDER) || value.equals(PLACEHOLDER_BYTES))) {
                faults.add(path + '.' + field.getName(), PLACEHOLDER_RULE);
            }
        });
        for (Nested nested : Nested.of(message)) {
            refusePlaceholders(nested.message(), path + nested.step(), secrecyOf(nested.field(), secrecy), faults);
        }
    }

    private static Secrecy secrecyOf(FieldDescriptor field, Secrecy around) {
        if (field.getOptions().getExtension(Sensitive.sensitive)) {
            return Secrecy.SECRET;
        }
        if (!isDataSource(field.getContainingType())) {
            return around;
        }
        return switch (field.getNumber()) {
            case DataSource.INLINE_BYTES_FIELD_NUMBER, DataSource.INLINE_STRING_FIELD_NUMBER -> around;
            default -> Secrecy.OPEN;
        };
    }

    private static boolean isDataSource(Descriptor type) {
        return type.getFullName().equals(DataSource.getDescriptor().getFullName());
    }
}
