package io.chancery.registry;

import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * All that the registry holds at one revision; never changes once handed out.
 *
 * @param revision the store's revision that this view is of
 * @param endpointCount endpoints of all services together
 * @param services those that exist, sorted by name
 */
public record RegistryView(Revision revision, long endpointCount, TreePMap<ServiceName, ServiceView> services) {

    static final RegistryView EMPTY = new RegistryView(Revision.ZERO, 0, TreePMap.empty());

    public Optional<ServiceView> service(ServiceName name) {
        return Optional.ofNullable(services.get(name));
    }

    ServiceView serviceOrEmpty(ServiceName name) {
        @Nullable ServiceView service = services.get(name);
        return service == null ? ServiceView.empty(name) : service;
    }
}
