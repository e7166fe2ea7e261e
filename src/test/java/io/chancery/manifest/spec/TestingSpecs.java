package io.chancery.manifest.spec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Specs for tests that are about something else. */
public final class TestingSpecs {

    private TestingSpecs() {}

    /** A service of which only this is declared. */
    public static ServiceSpec service(EndpointDiscovery discovery) {
        ServiceSpec other = ServiceSpec.DEFAULT;
        return new ServiceSpec(
                Optional.of(discovery),
                List.of(),
                Optional.empty(),
                other.lbPolicy(),
                other.connectTimeout(),
                other.protocol(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                other.ignoreHealthOnHostRemoval(),
                other.closeConnectionsOnHostHealthFailure(),
                Optional.empty(),
                other.localityWeighting(),
                Optional.empty());
    }

    /** A listener that hands connections on to this service. */
    public static TcpListener listener(String service) {
        return new TcpListener(
                ListenerProtocol.TCP,
                BindAddress.parse("127.0.0.1"),
                1,
                Optional.of(service),
                List.of(),
                Optional.empty(),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }
}
