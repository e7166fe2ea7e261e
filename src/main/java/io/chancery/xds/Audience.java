package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Snapshot;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The streams of one partition that see the same snapshot, and who of them wants what. Used by one thread. */
final class Audience {

    private final Map<ResourceType, Subscribers> subscribers = new EnumMap<>(ResourceType.class);
    private final Set<DiscoveryStream> streams = new HashSet<>();
    private Snapshot snapshot;

    Audience(Snapshot snapshot) {
        this.snapshot = snapshot;
        for (ResourceType type : ResourceType.values()) {
            subscribers.put(type, new Subscribers());
        }
    }

    Snapshot snapshot() {
        return snapshot;
    }

    void show(Snapshot next) {
        snapshot = next;
    }

    Set<DiscoveryStream> streams() {
        return streams;
    }

    Subscribers subscribers(ResourceType type) {
        return Objects.requireNonNull(subscribers.get(type));
    }

    /** Takes note that a conversation's interest went from one subscription to another. */
    void reindex(DiscoveryStream stream, Conversation conversation, Subscription before, Subscription after) {
        conversation
                .type()
                .type()
                .ifPresent(type ->
                        subscribers(type).replace(new Subscribers.Subscriber(stream, conversation), before, after));
    }

    int size() {
        return subscribers.values().stream().mapToInt(Subscribers::size).sum();
    }
}
