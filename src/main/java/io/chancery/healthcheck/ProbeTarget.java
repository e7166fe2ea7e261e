package io.chancery.healthcheck;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointProbe;
import io.chancery.model.HostPort;
import java.util.Optional;

/**
 * Where one endpoint is probed. Its address is the one that is registered: nothing else is ever connected to.
 *
 * @param host what it is called, where that is not what its service says
 * @param path what it is asked for, where that is not what its service says
 */
record ProbeTarget(HostPort address, Optional<String> host, Optional<String> path) {

    static ProbeTarget of(Endpoint endpoint) {
        EndpointProbe own = endpoint.probe();
        HostPort registered = endpoint.target();
        HostPort address =
                own.port().map(port -> new HostPort(registered.address(), port)).orElse(registered);
        return new ProbeTarget(address, own.host(), own.path());
    }
}
