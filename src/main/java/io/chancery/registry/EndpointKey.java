package io.chancery.registry;

import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;

/** An endpoint of a service. */
public record EndpointKey(ServiceName service, EndpointId id) {}
