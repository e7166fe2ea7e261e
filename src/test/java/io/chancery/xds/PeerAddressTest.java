package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.IpAddress;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.inprocess.InProcessSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerAddressTest {

    private static Optional<IpAddress> of(SocketAddress remote) {
        return PeerAddress.of(Attributes.newBuilder()
                .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, remote)
                .build());
    }

    @Test
    void aConnectionHasTheAddressOfItsOtherEnd() {
        assertThat(of(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.7"), 40_000)))
                .contains(new IpAddress("10.0.0.7"));
        assertThat(of(new InetSocketAddress(InetAddress.ofLiteral("2001:DB8:0::7"), 40_000)))
                .contains(new IpAddress("2001:db8::7"));
    }

    @Test
    void oneWithinThisProcessHasNone() {
        assertThat(of(new InProcessSocketAddress("here"))).isEmpty();
        assertThat(PeerAddress.of(Attributes.EMPTY)).isEmpty();
    }
}
