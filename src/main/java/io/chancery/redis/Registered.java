package io.chancery.redis;

import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import java.util.Optional;
import java.util.Set;

/**
 * What is registered for a manifest, so that it can be taken away again whatever becomes of the manifest and this process.
 *
 * @param nodes the endpoints of the two services that are or were the manifest's
 * @param lastSwitch empty if there was none
 */
record Registered(ServiceName master, ServiceName replicas, Set<EndpointId> nodes, Optional<PastSwitch> lastSwitch) {

    Registered {
        nodes = Set.copyOf(nodes);
    }

    Registered switched(PastSwitch change) {
        return new Registered(master, replicas, nodes, Optional.of(change));
    }
}
