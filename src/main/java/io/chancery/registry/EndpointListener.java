package io.chancery.registry;

import io.chancery.model.ServiceName;
import org.jspecify.annotations.Nullable;

/** Told of every endpoint that changes, in revision order, one thread at a time. Must return quickly. */
@FunctionalInterface
public interface EndpointListener {

    /**
     * Called after the change is visible in {@link EndpointRegistry#view()}, and before {@link RegistryListener}.
     *
     * @param before null for an endpoint that is new
     * @param after null for one that is gone
     */
    void changed(ServiceName service, @Nullable RegisteredEndpoint before, @Nullable RegisteredEndpoint after);
}
