package io.chancery.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The xDS resource types that are served, in the order in which a change over several of them goes out (<a
 * href="https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations">xDS
 * protocol, eventual consistency considerations</a>).
 */
public enum ResourceType {
    CLUSTER("cds", "envoy.config.cluster.v3.Cluster", true),
    ENDPOINT("eds", "envoy.config.endpoint.v3.ClusterLoadAssignment", false);

    private static final String PREFIX = "type.googleapis.com/";
    private static final Map<String, ResourceType> BY_URL = new HashMap<>();

    static {
        for (ResourceType type : values()) {
            BY_URL.put(type.typeUrl, type);
        }
    }

    private final String shortName;
    private final String typeUrl;
    private final boolean whole;

    ResourceType(String shortName, String message, boolean whole) {
        this.shortName = shortName;
        this.typeUrl = PREFIX + message;
        this.whole = whole;
    }

    public static Optional<ResourceType> ofTypeUrl(String typeUrl) {
        return Optional.ofNullable(BY_URL.get(typeUrl));
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
        return whole;
    }
}
