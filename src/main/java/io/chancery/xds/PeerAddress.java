package io.chancery.xds;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Who is at the other end of a connection. Pure functions. */
final class PeerAddress {

    private PeerAddress() {}

    /** Empty for a connection within this process. */
    static Optional<IpAddress> of(Attributes transport) {
        return transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress socket
                ? Optional.ofNullable(socket.getAddress()).flatMap(PeerAddress::of)
                : Optional.empty();
    }

    private static Optional<IpAddress> of(InetAddress address) {
        try {
            // Without the interface that it came by, which means nothing elsewhere.
            String plain = address instanceof Inet6Address
                    ? InetAddress.getByAddress(address.getAddress()).getHostAddress()
                    : address.getHostAddress();
            return Optional.of(new IpAddress(plain));
        } catch (InvalidValueException | UnknownHostException _) {
            return Optional.empty();
        }
    }
}
