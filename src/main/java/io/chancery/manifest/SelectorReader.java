package io.chancery.manifest;

import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the part of a document that says which nodes it is for. */
final class SelectorReader {

    private final Faults faults;

    SelectorReader(Faults faults) {
        this.faults = faults;
    }

    /** Returns the selector; where there were faults, one that does not count. */
    NodeSelector read(String path, JsonNode json) {
        if (!json.isObject() || json.isEmpty()) {
            faults.add(
                    path, "must be an object with id, cluster, metadata or locality; without it all nodes are meant");
            return NodeSelector.EVERY;
        }
        known(path, json, Set.of("id", "cluster", "metadata", "locality"));
        List<String> ids = patterns(path + ".id", json.get("id"));
        List<String> clusters = patterns(path + ".cluster", json.get("cluster"));
        Map<String, Object> metadata = metadata(path + ".metadata", json.get("metadata"));
        @Nullable JsonNode locality = json.get("locality");
        try {
            return new NodeSelector(
                    ids,
                    clusters,
                    metadata,
                    locality == null ? Locality.UNKNOWN : locality(path + ".locality", locality));
        } catch (InvalidValueException e) {
            faults.add(path + '.' + e.field(), e.reason());
            return NodeSelector.EVERY;
        }
    }

    private List<String> patterns(String path, @Nullable JsonNode json) {
        if (json == null) {
            return List.of();
        }
        if (json.isString()) {
            return List.of(json.stringValue());
        }
        List<String> patterns = new ArrayList<>();
        if (!json.isArray() || json.isEmpty()) {
            faults.add(path, "must be a string or a list of strings, for example [\"edge-1\", \"edge-*\"]");
            return patterns;
        }
        for (int i = 0; i < json.size(); i++) {
            if (json.get(i).isString()) {
                patterns.add(json.get(i).stringValue());
            } else {
                faults.add(path + '[' + i + ']', "must be a string");
            }
        }
        return patterns;
    }

    private Map<String, Object> metadata(String path, @Nullable JsonNode json) {
        Map<String, Object> metadata = new TreeMap<>();
        if (json == null) {
            return metadata;
        }
        if (!json.isObject() || json.isEmpty()) {
            faults.add(path, "must be an object of values by their path, for example {\"team.name\": \"blue\"}");
            return metadata;
        }
        json.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isString()) {
                metadata.put(entry.getKey(), value.stringValue());
            } else if (value.isBoolean()) {
                metadata.put(entry.getKey(), value.booleanValue());
            } else if (value.isNumber() && Double.isFinite(value.doubleValue())) {
                metadata.put(entry.getKey(), value.doubleValue());
            } else {
                faults.add(path + '.' + entry.getKey(), "must be a string, a number or a boolean");
            }
        });
        return metadata;
    }

    private Locality locality(String path, JsonNode json) {
        if (!json.isObject() || json.isEmpty()) {
            faults.add(path, "must be an object with region, zone or subZone");
            return Locality.UNKNOWN;
        }
        known(path, json, Set.of("region", "zone", "subZone"));
        return new Locality(part(path, json, "region"), part(path, json, "zone"), part(path, json, "subZone"));
    }

    private String part(String path, JsonNode json, String field) {
        @Nullable JsonNode part = json.get(field);
        if (part == null) {
            return "";
        }
        if (!part.isString() || part.stringValue().isEmpty()) {
            faults.add(path + '.' + field, "must be a string that is not empty, or left out");
            return "";
        }
        return part.stringValue();
    }

    private void known(String path, JsonNode json, Set<String> fields) {
        for (String field : json.propertyNames()) {
            if (!fields.contains(field)) {
                faults.add(
                        path + '.' + field,
                        "is not a field; there are "
                                + String.join(", ", fields.stream().sorted().toList()));
            }
        }
    }
}
