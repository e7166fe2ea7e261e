package io.chancery.registry;

import io.chancery.model.EndpointId;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import org.pcollections.TreePMap;

/**
 * What the registry holds for one service at one revision; never changes once handed out.
 *
 * @param revision the revision of the last change to this service or one of its endpoints
 * @param declared whether the service stays when its last endpoint has left
 * @param endpoints sorted by id
 */
public record ServiceView(
        ServiceName name, Revision revision, boolean declared, TreePMap<EndpointId, RegisteredEndpoint> endpoints) {

    /** A service of which nothing is held. */
    public static ServiceView empty(ServiceName name) {
        return new ServiceView(name, Revision.ZERO, false, TreePMap.empty());
    }

    /** A service exists while it has endpoints or is declared. */
    public boolean exists() {
        return declared || !endpoints.isEmpty();
    }
}
