package io.chancery.snapshot;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/** Registered services {@code s-0}, {@code s-1} and so on, for benchmarks. */
final class ManyServices {

    private static final int ENDPOINTS = 10;

    private ManyServices() {}

    /** Returns so many, of ten endpoints each. */
    static RegistryView of(int count) {
        TreeMap<ServiceName, ServiceView> services = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            ServiceView service = service("s-" + i, ENDPOINTS, 80);
            services.put(service.name(), service);
        }
        return new RegistryView(new Revision(1), (long) count * ENDPOINTS, TreePMap.fromSortedMap(services));
    }

    /** Returns one whose first endpoint has this port. */
    static ServiceView service(String name, int endpoints, int port) {
        TreeMap<EndpointId, RegisteredEndpoint> registered = new TreeMap<>();
        for (int i = 0; i < endpoints; i++) {
            Endpoint endpoint = Endpoint.of(
                    HostPort.parse("10.0." + i / 250 + "." + (1 + i % 250) + ":" + (i == 0 ? port : 8_080)));
            registered.put(endpoint.id(), new RegisteredEndpoint(endpoint, new Revision(1)));
        }
        return new ServiceView(
                new ServiceName(name), new Revision(1), false, TreePMap.fromSortedMap(registered));
    }
}
