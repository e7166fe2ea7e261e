package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Names of resources, by type, under which something may have changed. */
final class Touched {

    private final Map<ResourceType, Set<String>> names = new EnumMap<>(ResourceType.class);

    void add(ResourceType type, String name) {
        names.computeIfAbsent(type, _ -> new LinkedHashSet<>()).add(name);
    }

    void addAll(ResourceType type, Collection<String> all) {
        if (!all.isEmpty()) {
            names.computeIfAbsent(type, _ -> new LinkedHashSet<>()).addAll(all);
        }
    }

    void addAll(Touched other) {
        other.names.forEach(this::addAll);
    }

    boolean has(ResourceType type) {
        return names.containsKey(type);
    }

    Set<String> of(ResourceType type) {
        return names.getOrDefault(type, Set.of());
    }
}
