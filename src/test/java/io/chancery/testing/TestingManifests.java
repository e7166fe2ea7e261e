package io.chancery.testing;

/** Manifests as an operator would write them, for a listener with routes by RDS and for clusters by EDS. */
public final class TestingManifests {

    private TestingManifests() {}

    /** An EDS cluster of this name; its endpoints are those registered under it. */
    public static String cluster(String name) {
        return resource("cluster-" + name, """
                {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "%s", "type": "EDS",
                 "connect_timeout": "1s",
                 "eds_cluster_config": {"eds_config": {"ads": {}, "resource_api_version": "V3"}}}""".formatted(name));
    }

    /** The endpoints of a cluster that is no registered service. */
    public static String assignment(String cluster, String target) {
        int colon = target.lastIndexOf(':');
        return resource("assignment-" + cluster, """
                {"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name": "%s",
                 "endpoints": [{"lb_endpoints": [{"endpoint": {"address":
                   {"socket_address": {"address": "%s", "port_value": %s}}}}]}]}""".formatted(
                        cluster, target.substring(0, colon), target.substring(colon + 1)));
    }

    /** The listener {@code ingress} on a free port, with its routes by RDS under the name {@code routes}. */
    public static String listener() {
        return resource("listener-ingress", """
                {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "ingress",
                 "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
                 "filter_chains": [{"filters": [{"name": "http", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "ingress",
                   "rds": {"route_config_name": "routes", "config_source": {"ads": {}, "resource_api_version": "V3"}},
                   "http_filters": [{"name": "router", "typed_config":
                     {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}""");
    }

    /** The route table {@code routes}: everything to one cluster. */
    public static String routes(String cluster) {
        return resource("routes", """
                {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "routes",
                 "virtual_hosts": [{"name": "all", "domains": ["*"],
                   "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "%s"}}]}]}""".formatted(cluster));
    }

    /** A manifest of kind {@code Resource}. */
    public static String resource(String name, String spec) {
        return """
                {"kind": "Resource", "name": "%s", "spec": %s}""".formatted(name, spec);
    }

    /** Removes a manifest of kind {@code Resource}. */
    public static String removal(String name) {
        return """
                {"kind": "Resource", "name": "%s", "delete": true}""".formatted(name);
    }

    /** Several documents, to be applied together. */
    public static String list(String... documents) {
        return "[" + String.join(",\n", documents) + "]";
    }
}
