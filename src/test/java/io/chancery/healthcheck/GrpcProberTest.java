package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HealthCheck;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcProberTest implements ProberContract {

    private final EventLoopGroup events = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HealthStatusManager health = new HealthStatusManager();
    private final Server server = NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), InsecureServerCredentials.create())
            .addService(health.getHealthService())
            .build();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
        events.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Override
    public Prober prober(Duration timeout) {
        return prober(Optional.empty(), timeout);
    }

    private Prober prober(Optional<String> service, Duration timeout) {
        return new GrpcProber(
                new HealthCheck.GrpcProbe(service, Optional.empty()),
                new ServiceName("cart_1"),
                timeout,
                Optional.empty(),
                events);
    }

    /** What the server says, byte for byte. */
    @Override
    public TestingEndpoint.Behaviour goodAnswer() {
        return connection -> {
            try (Socket behind = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.getPort())) {
                Thread back = Thread.startVirtualThread(() -> pump(behind, connection));
                pump(connection, behind);
                back.join();
            }
        };
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // One of them has gone.
        }
    }

    @Test
    void whatIsAskedAboutMustServe() {
        ProbeTarget target = TestingEndpoint.target(HostPort.parse("127.0.0.1:" + server.getPort()));
        health.setStatus("orders", ServingStatus.SERVING);
        assertThat(prober(Optional.of("orders"), PATIENCE).probe(target)).isEqualTo(new ProbeResult.Passed());

        health.setStatus("orders", ServingStatus.NOT_SERVING);
        assertThat(prober(Optional.of("orders"), PATIENCE).probe(target))
                .isEqualTo(new ProbeResult.Failed("answered NOT_SERVING"));
        assertThat(prober(Optional.of("others"), PATIENCE).probe(target).reason())
                .startsWith("answered NOT_FOUND");
    }

    @Test
    void aServerWithoutTheHealthServiceFailsAndSaysSo() throws IOException {
        Server bare = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        InsecureServerCredentials.create())
                .build()
                .start();
        try {
            ProbeTarget target = TestingEndpoint.target(HostPort.parse("127.0.0.1:" + bare.getPort()));
            assertThat(prober(PATIENCE).probe(target).reason()).startsWith("answered UNIMPLEMENTED");
        } finally {
            bare.shutdownNow();
        }
    }
}
