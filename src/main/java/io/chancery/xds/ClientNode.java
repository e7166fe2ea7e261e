package io.chancery.xds;

import io.chancery.model.Node;
import java.util.Set;

/**
 * A client as it presents itself.
 *
 * @param features what it says it can do, of what this server acts upon
 */
record ClientNode(Node node, Set<String> features) {

    static final String TTL = "xds.config.supports-resource-ttl";

    /* The protocol's text has the one name, the list of features the other; clients send either. */
    static final String SOTW_TTL = "xds.config.resource-in-sotw";
    static final String SOTW_TTL_LONG = "xds.config.supports-resource-in-sotw";

    static final String ALL_CLUSTERS_LOAD = "envoy.lrs.supports_send_all_clusters";

    boolean takesTtl(Variant variant) {
        return features.contains(TTL)
                && (variant == Variant.DELTA || features.contains(SOTW_TTL) || features.contains(SOTW_TTL_LONG));
    }
}
