package io.chancery.manifest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.TypeRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds Envoy's messages by the names that {@code google.protobuf.Any} gives them.
 *
 * <p>Messages are loaded one by one, when a resource first names them: Envoy's API has some two thousand, and to load them
 * all would cost a start seconds. Safe for use by any thread.
 */
final class MessageTypes {

    static final String URL_PREFIX = "type.googleapis.com/";

    private static final Map<String, String> JAVA_PACKAGES = Map.of(
            "envoy.", "io.envoyproxy.envoy.",
            "xds.", "com.github.xds.",
            "udpa.", "com.github.udpa.udpa.",
            "google.protobuf.", "com.google.protobuf.",
            "google.rpc.", "com.google.rpc.");

    private static final Pattern NAME = Pattern.compile(
            "(?<package>[a-z]\\w{0,60}\\.(?:[a-z]\\w{0,60}\\.){1,10})(?<message>[A-Z]\\w{0,80}(?:\\.[A-Z]\\w{0,80}){0,5})");
    private static final Pattern SECOND_API = Pattern.compile(".*\\.v2(?:alpha\\d?|beta\\d?)?\\..*");

    private static final Map<String, Message> KNOWN = new ConcurrentHashMap<>();
    private static volatile TypeRegistry registry = TypeRegistry.getEmptyTypeRegistry();

    private MessageTypes() {}

    /** Returns the empty message of a type. */
    static Optional<Message> find(String typeUrl) {
        if (!typeUrl.startsWith(URL_PREFIX)) {
            return Optional.empty();
        }
        String name = typeUrl.substring(URL_PREFIX.length());
        @Nullable Message known = KNOWN.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Message> loaded = load(name);
        loaded.ifPresent(message -> remember(name, message));
        return loaded;
    }

    /** All types that were {@linkplain #find found} so far, and those in the same files. */
    static TypeRegistry found() {
        return registry;
    }

    private static synchronized void remember(String name, Message message) {
        Descriptor type = message.getDescriptorForType();
        if (registry.find(name) == null) {
            TypeRegistry.Builder builder = TypeRegistry.newBuilder().add(type);
            KNOWN.values().forEach(known -> builder.add(known.getDescriptorForType()));
            registry = builder.build();
        }
        KNOWN.put(name, message);
    }

    private static Optional<Message> load(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches() || SECOND_API.matcher(name).matches()) {
            return Optional.empty();
        }
        return JAVA_PACKAGES.entrySet().stream()
                .filter(entry -> name.startsWith(entry.getKey()))
                .findFirst()
                .flatMap(entry -> load(
                        entry.getValue()
                                + parts.group("package")
                                        .substring(entry.getKey().length())
                                + parts.group("message").replace('.', '$'),
                        name));
    }

    private static Optional<Message> load(String className, String name) {
        try {
            Class<?> found = Class.forName(className, false, MessageTypes.class.getClassLoader());
            if (!Message.class.isAssignableFrom(found)) {
                return Optional.empty();
            }
            Class<? extends MessageLite> type = found.asSubclass(MessageLite.class);
            return Internal.getDefaultInstance(type) instanceof Message message
                            && message.getDescriptorForType().getFullName().equals(name)
                    ? Optional.of(message)
                    : Optional.empty();
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return Optional.empty();
        }
    }
}
