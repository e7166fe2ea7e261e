package io.chancery.manifest;

import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;

/** Which services are registered. Safe for use by any thread. */
@FunctionalInterface
public interface ServiceDirectory {

    boolean has(String service);

    /** Those of a registry, as they are whenever it is asked. */
    static ServiceDirectory of(EndpointRegistry registry) {
        return service ->
                ServiceName.ifValid(service).flatMap(registry.view()::service).isPresent();
    }
}
