package io.chancery.snapshot.compile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An Envoy's bootstrap with resources in it that would come over xDS: what stands for {@code envoy --mode validate},
 * which fetches nothing. Where a resource refers to another of them, that one is put in its place.
 */
final class TestingBootstrap {

    private static final String TYPE = "@type";
    private static final String NAME = "name";
    private static final String URL = "type.googleapis.com/envoy.";
    private static final String CLUSTER = URL + "config.cluster.v3.Cluster";
    private static final String ASSIGNMENT = URL + "config.endpoint.v3.ClusterLoadAssignment";
    private static final String LISTENER = URL + "config.listener.v3.Listener";
    private static final String ROUTES = URL + "config.route.v3.RouteConfiguration";
    private static final String SECRET = URL + "extensions.transport_sockets.tls.v3.Secret";
    private static final String RUNTIME = URL + "service.runtime.v3.Runtime";
    private static final String EXTENSION = URL + "config.core.v3.TypedExtensionConfig";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** By type, then by name. */
    private final Map<String, Map<String, ObjectNode>> resources = new HashMap<>();

    private TestingBootstrap(Collection<ObjectNode> resources) {
        for (ObjectNode resource : resources) {
            ObjectNode fields = resource.deepCopy();
            String type = fields.remove(TYPE).asString();
            String name =
                    fields.path(type.equals(ASSIGNMENT) ? "cluster_name" : NAME).asString();
            this.resources.computeIfAbsent(type, _ -> new HashMap<>()).put(name, fields);
        }
    }

    /**
     * Composes one.
     *
     * @param resources as protobuf JSON with their types, as the API of manifests has them
     */
    static ObjectNode of(Collection<ObjectNode> resources) {
        return new TestingBootstrap(resources).compose();
    }

    private ObjectNode compose() {
        ObjectNode bootstrap = JSON.createObjectNode();
        bootstrap.putObject("node").put("id", "validate").put("cluster", "validate");
        ObjectNode parts = bootstrap.putObject("static_resources");
        ArrayNode clusters = parts.putArray("clusters");
        sorted(CLUSTER).forEach(cluster -> clusters.add(resolved(clusterOf(cluster))));
        ArrayNode listeners = parts.putArray("listeners");
        sorted(LISTENER).forEach(listener -> listeners.add(resolved(listener)));
        ArrayNode secrets = parts.putArray("secrets");
        sorted(SECRET).forEach(secrets::add);
        ArrayNode layers = bootstrap.putObject("layered_runtime").putArray("layers");
        for (ObjectNode layer : sorted(RUNTIME)) {
            layers.addObject().put(NAME, layer.path(NAME).asString()).set("static_layer", layer.path("layer"));
        }
        return bootstrap;
    }

    private List<ObjectNode> sorted(String type) {
        return resources.getOrDefault(type, Map.of()).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private Optional<ObjectNode> find(String type, String name) {
        return Optional.ofNullable(resources.getOrDefault(type, Map.of()).get(name));
    }

    /** A cluster whose endpoints would come by EDS has those that are known. */
    private ObjectNode clusterOf(ObjectNode cluster) {
        if (!cluster.path("type").asString("").equals("EDS")) {
            return cluster;
        }
        String name = cluster.path(NAME).asString();
        String assigned =
                cluster.path("eds_cluster_config").path("service_name").asString(name);
        ObjectNode assignment = find(ASSIGNMENT, assigned)
                .filter(one -> !one.toString().contains("leds_cluster_locality_config"))
                .map(ObjectNode::deepCopy)
                .orElseGet(JSON::createObjectNode);
        ObjectNode inlined = cluster.deepCopy();
        inlined.remove("eds_cluster_config");
        inlined.put("type", "STATIC");
        inlined.set("load_assignment", assignment.put("cluster_name", name));
        return inlined;
    }

    /** Puts what is referred to in the place of the reference, in everything that is in an object. */
    private ObjectNode resolved(ObjectNode object) {
        ObjectNode result = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            result.set(field.getKey(), resolved(field.getValue()));
        }
        @Nullable JsonNode rds = object.get("rds");
        if (rds != null) {
            String table = rds.path("route_config_name").asString();
            result.remove("rds");
            result.set(
                    "route_config",
                    find(ROUTES, table)
                            .map(this::resolved)
                            .orElseGet(() -> JSON.createObjectNode().put(NAME, table)));
        }
        String name = object.path(NAME).asString("");
        if (object.has("sds_config") && find(SECRET, name).isPresent()) {
            result.remove("sds_config");
        }
        if (object.has("config_discovery")) {
            find(EXTENSION, name).ifPresent(extension -> {
                result.remove("config_discovery");
                result.set("typed_config", resolved(extension.path("typed_config")));
            });
        }
        return result;
    }

    private JsonNode resolved(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> resolved(object);
            case ArrayNode array -> {
                List<JsonNode> elements = new ArrayList<>(array.size());
                array.forEach(element -> elements.add(resolved(element)));
                yield JSON.createArrayNode().addAll(elements);
            }
            default -> value;
        };
    }
}
