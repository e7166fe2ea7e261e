package io.chancery.files;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The short form of a configuration, for who has it from elsewhere: listeners with routes to clusters, and clusters with
 * endpoints, in one document without a kind.
 *
 * <pre>{@code
 * name: test
 * spec:
 *   listeners:
 *     - name: ingress
 *       address: 0.0.0.0
 *       port: 9000
 *       routes: [{name: all, prefix: /, clusters: [echo]}]
 *   clusters:
 *     - name: echo
 *       endpoints: [{address: 127.0.0.1, port: 9101}]
 * }</pre>
 */
final class PlainConfig {

    private static final String SPEC = "spec";
    private static final String LISTENERS = "listeners";
    private static final String CLUSTERS = "clusters";
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::");

    private final PlainResources resources = new PlainResources();
    private final List<ObjectNode> manifests = new ArrayList<>();
    private final Map<String, String> faults = new LinkedHashMap<>();

    private PlainConfig() {}

    /** Whether a document is in this form. */
    static boolean isOne(JsonNode document) {
        return document.isObject()
                && !document.has("kind")
                && (document.path(SPEC).has(LISTENERS) || document.path(SPEC).has(CLUSTERS));
    }

    static PlainConfig read(JsonNode document) {
        PlainConfig config = new PlainConfig();
        config.document(document);
        return config;
    }

    /** The manifests that say the same; not to be used where there are faults. */
    List<ObjectNode> manifests() {
        return faults.isEmpty() ? manifests : List.of();
    }

    /** What is wrong, by its place in the document. */
    Map<String, String> faults() {
        return faults;
    }

    private void document(JsonNode document) {
        known("", document, "name", SPEC);
        Optional<String> name = name("name", document.get("name"), "");
        JsonNode spec = document.get(SPEC);
        known(SPEC, spec, LISTENERS, CLUSTERS);
        String prefix = name.map(given -> given + '.').orElse("");
        each(SPEC + '.' + LISTENERS, spec.get(LISTENERS), new Named(prefix + "listener.", this::listener)::read);
        each(SPEC + '.' + CLUSTERS, spec.get(CLUSTERS), new Named(prefix + "cluster.", this::cluster)::read);
    }

    /** Reads objects that have names of their own, each name once. */
    private final class Named {

        private final String prefix;
        private final Reader reader;
        private final Set<String> names = new HashSet<>();

        Named(String prefix, Reader reader) {
            this.prefix = prefix;
            this.reader = reader;
        }

        void read(String path, JsonNode json) {
            name(path + ".name", json.get("name"), prefix).ifPresent(name -> {
                if (!names.add(name)) {
                    faults.put(path + ".name", "must not be that of another one");
                }
                reader.read(path, name, prefix + name, json);
            });
        }
    }

    /** Reads an object whose name is known. */
    @FunctionalInterface
    private interface Reader {
        void read(String path, String name, String manifest, JsonNode json);
    }

    private void listener(String path, String name, String manifest, JsonNode json) {
        known(path, json, "name", "address", "port", "routes");
        String address = address(path + ".address", json.get("address"), ANY_ADDRESS);
        int port = port(path + ".port", json.get("port"));
        @Nullable JsonNode given = json.get("routes");
        if (given == null || !given.isArray() || given.isEmpty()) {
            faults.put(path + ".routes", "must be a list of at least one: the listener " + name + " has no routes");
            return;
        }
        List<PlainResources.Route> routes = new ArrayList<>();
        each(path + ".routes", given, (place, route) -> routes.add(route(place, route)));
        manifests.add(resources.listener(manifest, name, address, port));
        manifests.add(resources.routes(manifest + ".routes", name, routes));
    }

    private PlainResources.Route route(String path, JsonNode json) {
        known(path, json, "name", "prefix", CLUSTERS);
        @Nullable JsonNode name = json.get("name");
        if (name != null && !name.isString()) {
            faults.put(path + ".name", "must be a string, or left out");
        }
        @Nullable JsonNode prefix = json.get("prefix");
        if (prefix == null || !prefix.isString() || !prefix.stringValue().startsWith("/")) {
            faults.put(path + ".prefix", "must be given as a string that begins with /");
        }
        @Nullable JsonNode given = json.get(CLUSTERS);
        List<String> clusters = new ArrayList<>();
        if (given == null || !given.isArray() || given.isEmpty()) {
            faults.put(path + '.' + CLUSTERS, "must be a list of at least one name");
        } else {
            given.forEach(cluster -> {
                if (cluster.isString() && !cluster.stringValue().isEmpty()) {
                    clusters.add(cluster.stringValue());
                } else {
                    faults.put(path + '.' + CLUSTERS, "must be a list of names");
                }
            });
        }
        return new PlainResources.Route(text(name), text(prefix), clusters);
    }

    private void cluster(String path, String name, String manifest, JsonNode json) {
        known(path, json, "name", "endpoints");
        List<PlainResources.Target> endpoints = new ArrayList<>();
        each(path + ".endpoints", json.get("endpoints"), (place, endpoint) -> {
            known(place, endpoint, "address", "port");
            endpoints.add(new PlainResources.Target(
                    address(place + ".address", endpoint.get("address"), Set.of()),
                    port(place + ".port", endpoint.get("port"))));
        });
        manifests.add(resources.cluster(manifest, name));
        manifests.add(resources.assignment(manifest + ".endpoints", name, endpoints));
    }

    /** Reads a list of objects, which may be left out. */
    private void each(String path, @Nullable JsonNode list, BiConsumer<String, JsonNode> read) {
        if (list == null || list.isNull()) {
            return;
        }
        if (!list.isArray()) {
            faults.put(path, "must be a list");
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            String place = path + '[' + i + ']';
            if (list.get(i).isObject()) {
                read.accept(place, list.get(i));
            } else {
                faults.put(place, "must be an object");
            }
        }
    }

    private void known(String path, JsonNode json, String... fields) {
        Set<String> names = Set.of(fields);
        for (String field : json.propertyNames()) {
            if (!names.contains(field)) {
                faults.put(
                        path.isEmpty() ? field : path + '.' + field,
                        "is not a field; there are " + String.join(", ", fields));
            }
        }
    }

    /** Returns a name of which that of a manifest can be made. */
    private Optional<String> name(String path, @Nullable JsonNode json, String prefix) {
        if (json == null || !json.isString()) {
            faults.put(path, "must be given as a string");
            return Optional.empty();
        }
        try {
            // The longest that is made of it; and its own first letter counts, not that of the prefix.
            var _ = new ManifestKey(ManifestKind.RESOURCE, json.stringValue());
            var _ = new ManifestKey(ManifestKind.RESOURCE, prefix + json.stringValue() + ".endpoints");
            return Optional.of(json.stringValue());
        } catch (InvalidValueException e) {
            faults.put(path, e.reason());
            return Optional.empty();
        }
    }

    private String address(String path, @Nullable JsonNode json, Set<String> others) {
        String text = text(json);
        if (others.contains(text)) {
            return text;
        }
        try {
            return new IpAddress(text).value();
        } catch (InvalidValueException e) {
            faults.put(path, "must be an IP address: a name cannot be resolved here");
            return "";
        }
    }

    private int port(String path, @Nullable JsonNode json) {
        if (json == null || !json.isInt() || json.intValue() < 1 || json.intValue() > 65_535) {
            faults.put(path, "must be a whole number of 1..65535");
            return 0;
        }
        return json.intValue();
    }

    private static String text(@Nullable JsonNode json) {
        return json != null && json.isString() ? json.stringValue() : "";
    }
}
