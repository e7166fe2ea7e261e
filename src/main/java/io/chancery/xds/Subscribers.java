package io.chancery.xds;

import io.chancery.model.GlobName;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who wants which resources of one type: a change visits those who asked for it, and nobody else. Used by one thread. */
final class Subscribers {

    /** A stream's conversation about the type. */
    record Subscriber(DiscoveryStream stream, Conversation conversation) {}

    private final Map<String, Set<Subscriber>> byName = new HashMap<>();
    private final Set<Subscriber> ofAll = new LinkedHashSet<>();

    void replace(Subscriber subscriber, Subscription before, Subscription after) {
        if (before.wildcard() != after.wildcard()) {
            if (after.wildcard()) {
                ofAll.add(subscriber);
            } else {
                ofAll.remove(subscriber);
            }
        }
        if (!before.names().equals(after.names())) {
            for (String name : before.names()) {
                if (!after.names().contains(name)) {
                    remove(subscriber, name);
                }
            }
            for (String name : after.names()) {
                if (!before.names().contains(name)) {
                    byName.computeIfAbsent(name, _ -> new LinkedHashSet<>(2)).add(subscriber);
                }
            }
        }
    }

    /** Visits those who want the resource, be it by a collection's name; one who wants it in two ways may come twice. */
    void forEach(String name, Consumer<Subscriber> action) {
        visit(name, action);
        GlobName.of(name).ifPresent(glob -> visit(glob, action));
        ofAll.forEach(action);
    }

    private void visit(String name, Consumer<Subscriber> action) {
        @Nullable Set<Subscriber> named = byName.get(name);
        if (named != null) {
            named.forEach(action);
        }
    }

    int size() {
        return ofAll.size() + byName.values().stream().mapToInt(Set::size).sum();
    }

    private void remove(Subscriber subscriber, String name) {
        @Nullable Set<Subscriber> named = byName.get(name);
        if (named != null && named.remove(subscriber) && named.isEmpty()) {
            byName.remove(name);
        }
    }
}
