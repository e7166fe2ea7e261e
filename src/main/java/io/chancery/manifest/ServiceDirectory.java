package io.chancery.manifest;

import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.ServicePolicy;

/** Which services are registered, and what holds for those of which nothing is declared. Safe for use by any thread. */
@FunctionalInterface
public interface ServiceDirectory {

    boolean has(String service);

    /** What guards a service whose manifest says nothing of it. */
    default ServicePolicy policy() {
        return ServicePolicy.DEFAULT;
    }

    /** Those of a registry, as they are whenever it is asked. */
    static ServiceDirectory of(EndpointRegistry registry) {
        return new ServiceDirectory() {
            @Override
            public boolean has(String service) {
                return ServiceName.ifValid(service)
                        .flatMap(registry.view()::service)
                        .isPresent();
            }

            @Override
            public ServicePolicy policy() {
                return registry.policies().byDefault();
            }
        };
    }
}
