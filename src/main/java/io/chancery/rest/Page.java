package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a sorted map, in its order.
 *
 * @param next the last key of this page if there is more after it, to be given as {@code after}; otherwise null
 */
record Page<V>(List<V> items, @Nullable String next) {

    static final int MAX_LIMIT = 1_000;

    Page {
        items = List.copyOf(items);
    }

    /**
     * Returns up to {@code limit} values whose keys come after {@code after}.
     *
     * @param after null for the first page; need not be in the map
     */
    static <K, S, V> Page<V> of(NavigableMap<K, S> all, @Nullable K after, int limit, Function<S, V> render) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidValueException("limit", "must be 1.." + MAX_LIMIT + ", was " + limit);
        }
        List<V> items = new ArrayList<>();
        @Nullable K last = null;
        for (var entry : (after == null ? all : all.tailMap(after, false)).entrySet()) {
            if (items.size() == limit) {
                return new Page<>(items, String.valueOf(last));
            }
            items.add(render.apply(entry.getValue()));
            last = entry.getKey();
        }
        return new Page<>(items, null);
    }
}
