package io.chancery.manifest;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** YAML that is equal where the content is: whatever order keys were written in, they come out sorted. */
public final class CanonicalYaml {

    /** What people look for first. */
    private static final List<String> FIRST = List.of("kind", "name", "@type");

    private static final Comparator<String> ORDER =
            Comparator.comparingInt(CanonicalYaml::rank).thenComparing(Comparator.naturalOrder());

    private CanonicalYaml() {}

    public static String of(JsonNode json) {
        return YamlDocuments.write(sorted(json));
    }

    private static int rank(String key) {
        int place = FIRST.indexOf(key);
        return place < 0 ? FIRST.size() : place;
    }

    private static JsonNode sorted(JsonNode json) {
        return switch (json) {
            case ObjectNode object -> {
                TreeMap<String, JsonNode> fields = new TreeMap<>(ORDER);
                object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
                ObjectNode sorted = JsonNodeFactory.instance.objectNode();
                fields.forEach(sorted::set);
                yield sorted;
            }
            case ArrayNode list -> {
                ArrayNode items = JsonNodeFactory.instance.arrayNode();
                list.forEach(item -> items.add(sorted(item)));
                yield items;
            }
            default -> json;
        };
    }
}
