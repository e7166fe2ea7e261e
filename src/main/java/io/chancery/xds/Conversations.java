package io.chancery.xds;

import io.chancery.model.ResourceType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one stream talks about, one conversation for each type. Used by its partition's thread only. */
final class Conversations {

    /** Envoy asks for about a dozen types; a client that invents more is stopped before it costs memory. */
    static final int MAX_TYPES = 64;

    private final Map<String, Conversation> byUrl = new HashMap<>(4);

    /** Those about types that are served. */
    private final Map<ResourceType, Conversation> byType = new EnumMap<>(ResourceType.class);

    private List<Conversation> ordered = List.of();

    @Nullable
    Conversation of(ServedType type) {
        return byUrl.get(type.typeUrl());
    }

    @Nullable
    Conversation of(ResourceType type) {
        return byType.get(type);
    }

    /** Whether there may be no other. */
    boolean isFull() {
        return byUrl.size() >= MAX_TYPES;
    }

    void add(Conversation conversation) {
        ServedType type = conversation.type();
        byUrl.put(type.typeUrl(), conversation);
        type.type().ifPresent(one -> byType.put(one, conversation));
        List<Conversation> sorted = new ArrayList<>(byUrl.values());
        sorted.sort((a, b) -> Integer.compare(order(a.type()), order(b.type())));
        ordered = sorted;
    }

    private static int order(ServedType type) {
        return type.type().map(Enum::ordinal).orElse(Integer.MAX_VALUE);
    }

    /** All of them, in the order in which types go out, so that a client hears of a cluster before its endpoints. */
    List<Conversation> ordered() {
        return ordered;
    }

    /** The stream has ended. */
    void close() {
        ordered.forEach(Conversation::closed);
        byUrl.clear();
        byType.clear();
        ordered = List.of();
    }
}
