package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;

/** One wish of a batch. */
public sealed interface RegistrationRequest {

    ServiceName service();

    EndpointId id();

    /** Wants the endpoint to be there, exactly so. */
    record Register(ServiceName service, Endpoint endpoint) implements RegistrationRequest {
        @Override
        public EndpointId id() {
            return endpoint.id();
        }
    }

    /** Wants the endpoint to be gone. */
    record Deregister(ServiceName service, EndpointId id) implements RegistrationRequest {}
}
