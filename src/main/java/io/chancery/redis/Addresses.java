package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks up the addresses that names have. */
final class Addresses {

    private Addresses() {}

    /**
     * Returns an address of a host, the same as before as long as it has it; may take as long as the resolver does.
     *
     * @throws UnknownHostException if it has none that Envoys could connect to
     */
    static IpAddress of(HostName host, Optional<IpAddress> before) throws UnknownHostException {
        List<IpAddress> found = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host.host())) {
            try {
                found.add(new IpAddress(address.getHostAddress()));
            } catch (InvalidValueException _) {
                // A wildcard, a group or a link's own address is of no use to anybody else.
            }
        }
        return before.filter(found::contains)
                .or(() -> found.stream().findFirst())
                .orElseThrow(() -> new UnknownHostException(host.host()));
    }
}
