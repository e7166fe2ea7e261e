package io.chancery.files;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes what a {@link PlainConfig} says as manifests of the kind Resource. */
final class PlainResources {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TYPE = "@type";
    private static final String TYPES = "type.googleapis.com/";
    private static final String FILTERS = TYPES + "envoy.extensions.filters.";

    /**
     * A route of a listener.
     *
     * @param name may be empty
     * @param clusters if several, each gets the same share
     */
    record Route(String name, String prefix, List<String> clusters) {}

    /** An endpoint of a cluster. */
    record Target(String address, int port) {}

    /** A listener for HTTP; its routes have the same name. */
    ObjectNode listener(String manifest, String name, String address, int port) {
        ObjectNode document = resource(manifest, "envoy.config.listener.v3.Listener");
        ObjectNode listener = spec(document).put("name", name);
        listener.set("address", socketAddress(address, port));
        ObjectNode filter = listener.putArray("filter_chains")
                .addObject()
                .putArray("filters")
                .addObject();
        filter.put("name", "envoy.filters.network.http_connection_manager");
        ObjectNode http = filter.putObject("typed_config")
                .put(TYPE, FILTERS + "network.http_connection_manager.v3.HttpConnectionManager")
                .put("stat_prefix", name)
                // One spelling for each path before routes are matched.
                .put("normalize_path", true)
                .put("merge_slashes", true)
                .put("path_with_escaped_slashes_action", "UNESCAPE_AND_FORWARD")
                .put("use_remote_address", true);
        http.putObject("rds").put("route_config_name", name).set("config_source", byAds());
        http.putArray("http_filters")
                .addObject()
                .put("name", "envoy.filters.http.router")
                .putObject("typed_config")
                .put(TYPE, FILTERS + "http.router.v3.Router");
        return document;
    }

    /** The routes of a listener, in their order. */
    ObjectNode routes(String manifest, String name, List<Route> routes) {
        ObjectNode document = resource(manifest, "envoy.config.route.v3.RouteConfiguration");
        ObjectNode host =
                spec(document).put("name", name).putArray("virtual_hosts").addObject();
        host.put("name", "all").putArray("domains").add("*");
        ArrayNode list = host.putArray("routes");
        for (Route route : routes) {
            ObjectNode entry = list.addObject();
            if (!route.name().isEmpty()) {
                entry.put("name", route.name());
            }
            entry.putObject("match").put("prefix", route.prefix());
            ObjectNode action = entry.putObject("route");
            if (route.clusters().size() == 1) {
                action.put("cluster", route.clusters().getFirst());
            } else {
                ArrayNode weighted = action.putObject("weighted_clusters").putArray("clusters");
                route.clusters()
                        .forEach(cluster ->
                                weighted.addObject().put("name", cluster).put("weight", 1));
            }
        }
        return document;
    }

    /** A cluster whose endpoints come by EDS. */
    ObjectNode cluster(String manifest, String name) {
        ObjectNode document = resource(manifest, "envoy.config.cluster.v3.Cluster");
        ObjectNode cluster = spec(document).put("name", name).put("type", "EDS").put("connect_timeout", "5s");
        cluster.putObject("eds_cluster_config").set("eds_config", byAds());
        return document;
    }

    /** The endpoints of a cluster. */
    ObjectNode assignment(String manifest, String cluster, List<Target> targets) {
        ObjectNode document = resource(manifest, "envoy.config.endpoint.v3.ClusterLoadAssignment");
        ObjectNode assignment = spec(document).put("cluster_name", cluster);
        if (!targets.isEmpty()) {
            ObjectNode group =
                    assignment.putArray("endpoints").addObject().put("load_balancing_weight", targets.size());
            // gRPC clients insist on it.
            group.putObject("locality");
            ArrayNode endpoints = group.putArray("lb_endpoints");
            targets.forEach(target -> endpoints
                    .addObject()
                    .putObject("endpoint")
                    .set("address", socketAddress(target.address(), target.port())));
        }
        return document;
    }

    private static ObjectNode resource(String manifest, String type) {
        ObjectNode document = JSON.createObjectNode();
        document.put("kind", "Resource").put("name", manifest);
        document.putObject("spec").put(TYPE, TYPES + type);
        return document;
    }

    private static ObjectNode spec(ObjectNode document) {
        return (ObjectNode) document.get("spec");
    }

    private static ObjectNode socketAddress(String address, int port) {
        ObjectNode json = JSON.createObjectNode();
        json.putObject("socket_address").put("address", address).put("port_value", port);
        return json;
    }

    private static ObjectNode byAds() {
        ObjectNode json = JSON.createObjectNode();
        json.putObject("ads");
        return json.put("resource_api_version", "V3");
    }
}
