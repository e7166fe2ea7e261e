package io.chancery.registry;

import io.chancery.model.ServiceName;
import java.util.Set;

/** Told of every change, in revision order, one thread at a time. Must return quickly. */
@FunctionalInterface
public interface RegistryListener {

    /**
     * Called after the change is visible in {@link EndpointRegistry#view()}.
     *
     * @param view the registry after the change
     * @param services whose endpoints or existence changed
     */
    void changed(RegistryView view, Set<ServiceName> services);
}
