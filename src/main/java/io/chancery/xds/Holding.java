package io.chancery.xds;

import io.chancery.model.GlobName;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client has of one type: what was in force at some time, but for some names. A value. It says nothing of names
 * that the client does not want.
 *
 * @param set what was in force; shared with all who were told of it
 * @param but what the client has instead under some names; empty for nothing
 * @param certain false while it is not known what the client has, as it came from another stream
 */
record Holding(ResourceSet set, Map<String, Optional<Resource>> but, boolean certain) {

    static final Holding NOTHING = new Holding(ResourceSet.EMPTY, Map.of(), true);
    static final Holding UNKNOWN = new Holding(ResourceSet.EMPTY, Map.of(), false);

    static Holding of(ResourceSet set, Map<String, Optional<Resource>> but) {
        return new Holding(set, but.isEmpty() ? Map.of() : but, true);
    }

    @Nullable
    Resource get(String name) {
        if (but.isEmpty()) {
            return set.get(name);
        }
        Optional<Resource> own = Optional.ofNullable(set.get(name));
        return but.getOrDefault(name, own).orElse(null);
    }

    /** Whether any of it names the other resource; it may be one that the client does not want. */
    boolean mayName(Reference other) {
        return set.references().contains(other)
                || but.values().stream()
                        .anyMatch(
                                one -> one.isPresent() && one.get().references().contains(other));
    }

    /** The members of a collection. */
    List<Resource> membersOf(String glob) {
        Optional<String> collection = Optional.of(glob);
        return Stream.concat(
                        set.membersOf(glob).stream().filter(resource -> !but.containsKey(resource.name())),
                        but.entrySet().stream()
                                .filter(entry -> GlobName.of(entry.getKey()).equals(collection))
                                .flatMap(entry -> entry.getValue().stream()))
                .toList();
    }

    /** Returns this without the given resources: the client has just asked for them, so it need not have them. */
    Holding without(Collection<String> names) {
        @Nullable Map<String, Optional<Resource>> next = null;
        for (String name : names) {
            if (get(name) != null) {
                next = next == null ? new HashMap<>(but) : next;
                next.put(name, Optional.empty());
            }
        }
        return next == null ? this : new Holding(set, next, certain);
    }

    /** Returns this with the given resources, by name. */
    Holding with(Map<String, Resource> more) {
        Map<String, Optional<Resource>> next = new HashMap<>(but);
        more.forEach((name, resource) -> next.put(name, Optional.of(resource)));
        return new Holding(set, next, certain);
    }

    /** Returns this with the given resources and no others. */
    Holding only(Set<String> names) {
        Map<String, Optional<Resource>> kept = new HashMap<>();
        for (String name : names) {
            @Nullable Resource resource = get(name);
            if (resource != null) {
                kept.put(name, Optional.of(resource));
            }
        }
        return new Holding(ResourceSet.EMPTY, kept, certain);
    }

    boolean equal(String name, @Nullable Resource other) {
        return Objects.equals(get(name), other);
    }
}
