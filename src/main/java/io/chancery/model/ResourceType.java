package io.chancery.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The xDS resource types that are served, in the order in which a change over several of them goes out (<a
 * href="https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations">xDS
 * protocol, eventual consistency considerations</a>).
 */
public enum ResourceType {
    CLUSTER("cds", "envoy.config.cluster.v3.Cluster", Grouping.WHOLE),
    ENDPOINT("eds", "envoy.config.endpoint.v3.ClusterLoadAssignment", Grouping.PARTS),
    /** Single endpoints of large services, as members of glob collections; delta only. */
    LOCALITY_ENDPOINT("leds", "envoy.config.endpoint.v3.LbEndpoint", Grouping.PARTS),
    LISTENER("lds", "envoy.config.listener.v3.Listener", Grouping.WHOLE),
    ROUTE("rds", "envoy.config.route.v3.RouteConfiguration", Grouping.PARTS),
    SCOPED_ROUTE("srds", "envoy.config.route.v3.ScopedRouteConfiguration", Grouping.WHOLE),
    /** Delta only. */
    VIRTUAL_HOST("vhds", "envoy.config.route.v3.VirtualHost", Grouping.PARTS),
    SECRET("sds", "envoy.extensions.transport_sockets.tls.v3.Secret", Grouping.PARTS),
    RUNTIME("rtds", "envoy.service.runtime.v3.Runtime", Grouping.PARTS),
    EXTENSION_CONFIG("ecds", "envoy.config.core.v3.TypedExtensionConfig", Grouping.PARTS);

    private enum Grouping {
        WHOLE,
        PARTS
    }

    private static final String PREFIX = "type.googleapis.com/";
    private static final Map<String, ResourceType> BY_URL = new HashMap<>();
    private static final Map<String, ResourceType> BY_SHORT_NAME = new HashMap<>();

    static {
        for (ResourceType type : values()) {
            BY_URL.put(type.typeUrl, type);
            BY_SHORT_NAME.put(type.shortName, type);
        }
    }

    private final String shortName;
    private final String typeUrl;
    private final Grouping grouping;

    ResourceType(String shortName, String message, Grouping grouping) {
        this.shortName = shortName;
        this.typeUrl = PREFIX + message;
        this.grouping = grouping;
    }

    public static Optional<ResourceType> ofTypeUrl(String typeUrl) {
        return Optional.ofNullable(BY_URL.get(typeUrl));
    }

    public static Optional<ResourceType> ofShortName(String shortName) {
        return Optional.ofNullable(BY_SHORT_NAME.get(shortName));
    }

    /** The name by which people call the type's discovery service, for example {@code cds}; a bounded metric tag. */
    public String shortName() {
        return shortName;
    }

    public String typeUrl() {
        return typeUrl;
    }

    /**
     * Whether a state-of-the-world response holds the complete subscribed state, so that absence is deletion. The same
     * types take a request without names as a subscription to everything.
     */
    public boolean isWhole() {
        return grouping == Grouping.WHOLE;
    }
}
