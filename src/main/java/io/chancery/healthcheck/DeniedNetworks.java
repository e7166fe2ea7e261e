package io.chancery.healthcheck;

import io.chancery.model.IpAddress;
import java.util.List;
import java.util.Optional;

/** Where nothing is ever probed. */
record DeniedNetworks(List<Network> networks) {

    DeniedNetworks {
        networks = List.copyOf(networks);
    }

    /** Parses each as {@link Network#parse}. */
    static DeniedNetworks parse(List<String> networks) {
        return new DeniedNetworks(networks.stream().map(Network::parse).toList());
    }

    /** Why an address is not probed; empty for one that may be. */
    Optional<String> reason(IpAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return Optional.of("probing " + address + " is denied by chancery.probes.deny (" + network + ")");
            }
        }
        return Optional.empty();
    }
}
