package io.chancery.registry;

import io.chancery.model.ServiceName;

/** Tells each service's policy. Safe for use by any thread. */
public interface ServicePolicies {

    ServicePolicy of(ServiceName service);

    /** That of a service that says nothing, and of all services together. */
    ServicePolicy byDefault();

    /** The same for all. */
    static ServicePolicies uniform(ServicePolicy policy) {
        return new ServicePolicies() {
            @Override
            public ServicePolicy of(ServiceName service) {
                return policy;
            }

            @Override
            public ServicePolicy byDefault() {
                return policy;
            }
        };
    }
}
