package io.chancery.sharding;

import io.chancery.model.EndpointId;
import java.util.List;

/**
 * The endpoints of one customer.
 *
 * @param label as it stands in the metadata of the endpoints
 * @param virtualShard the one that the customer's id falls into
 * @param size how many endpoints it is to have; there are fewer where the service has fewer, or where too many are barred
 * @param hosts the most preferred first
 */
public record Shard(String label, int virtualShard, int size, List<EndpointId> hosts, Reason reason) {

    /** Why it is as it is. */
    public enum Reason {
        /** Nothing is said of the customer. */
        POLICY,
        /** The customer's class has a size of its own. */
        CLASS,
        /** The customer has a size of its own. */
        SIZE,
        /** Endpoints are pinned or barred for the customer. */
        OWN
    }

    public Shard {
        hosts = List.copyOf(hosts);
    }
}
