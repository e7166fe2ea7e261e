package io.chancery.fleet;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.xds.StreamDetail;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node has and what it should have, over all its streams.
 *
 * @param types by type, those that it asked for
 */
public record NodeContent(Map<ResourceType, TypeContent> types) {

    /**
     * One type.
     *
     * @param holds by name, what it has accepted
     * @param wanted by name, what is in force for it
     * @param withheld by name, the version that is held back from it unless it has it
     */
    public record TypeContent(
            SortedMap<String, Resource> holds, SortedMap<String, Resource> wanted, SortedMap<String, String> withheld) {

        private static TypeContent empty() {
            return new TypeContent(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        }

        /** What it should have and does not, or should not have and does, by name; without what is held back. */
        public SortedMap<String, Difference> differences() {
            SortedMap<String, Difference> differences = new TreeMap<>();
            wanted.forEach((name, resource) -> {
                @Nullable Resource held = holds.get(name);
                if (held == null) {
                    differences.put(name, Difference.MISSING);
                } else if (!held.equals(resource) && !isKept(name)) {
                    differences.put(name, Difference.DIFFERENT);
                }
            });
            holds.keySet().stream()
                    .filter(name -> !wanted.containsKey(name) && !isKept(name))
                    .forEach(name -> differences.put(name, Difference.EXTRA));
            return differences;
        }

        /** Whether the node has the version that is held back from others. */
        private boolean isKept(String name) {
            @Nullable Resource held = holds.get(name);
            return held != null && held.version().equals(withheld.get(name));
        }
    }

    /** How what a node has is not what it should have. */
    public enum Difference {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    static NodeContent of(List<StreamDetail> streams) {
        Map<ResourceType, TypeContent> types = new EnumMap<>(ResourceType.class);
        for (StreamDetail stream : streams) {
            stream.types().forEach((type, detail) -> {
                TypeContent content = types.computeIfAbsent(type, _ -> TypeContent.empty());
                detail.holds().forEach(resource -> content.holds().put(resource.name(), resource));
                detail.wanted().forEach(resource -> content.wanted().put(resource.name(), resource));
                content.withheld().putAll(detail.withheld());
            });
        }
        return new NodeContent(types);
    }
}
