package io.chancery.healthcheck;

import static io.chancery.healthcheck.ProberContract.ALARMS;
import static io.chancery.healthcheck.ProberContract.PATIENCE;
import static io.chancery.healthcheck.ProberContract.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HealthCheck;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.TlsVersion;
import io.chancery.manifest.spec.UpstreamTls;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.testing.TestingCertificate;
import io.chancery.testing.TestingTls;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClientTlsTest {

    private static final ProbeResult PASSED = new ProbeResult.Passed();

    private static TestingCertificate shop;
    private static TestingCertificate other;

    private final BlockingQueue<String> names = new LinkedBlockingQueue<>();

    @BeforeAll
    static void makeCertificates() {
        shop = TestingCertificate.of("shop.example");
        other = TestingCertificate.of("*.other.example");
    }

    @Test
    void aServerOfTheDeclaredNameWithATrustedCertificatePasses() throws Exception {
        assertThat(probe(tls(Optional.of(shop), "shop.example"), shop)).isEqualTo(PASSED);
        assertThat(names.poll(1, TimeUnit.SECONDS)).isEqualTo("shop.example");
        assertThat(probe(tls(Optional.of(other), "api.other.example"), other)).isEqualTo(PASSED);
    }

    @Test
    void aCertificateForAnotherNameFails() throws Exception {
        assertThat(probe(tls(Optional.of(shop), "cart.example"), shop).reason())
                .startsWith("TLS failed")
                .contains("not for cart.example");
        assertThat(probe(tls(Optional.of(other), "a.b.other.example"), other).reason())
                .contains("not for a.b.other.example");
    }

    @Test
    void aCertificateThatNobodyTrustsFails() throws Exception {
        assertThat(probe(tls(Optional.of(other), "shop.example"), shop).reason())
                .startsWith("TLS failed");
    }

    @Test
    void withoutDeclaredTrustAnyCertificateWillDo() throws Exception {
        assertThat(probe(tls(Optional.empty(), "cart.example"), shop)).isEqualTo(PASSED);
    }

    @Test
    void aServerThatWantsAClientsCertificateIsShownTheDeclaredOne() throws Exception {
        UpstreamTls spec =
                new UpstreamTls(Optional.empty(), Optional.empty(), List.of(), Optional.of("client"), TlsVersion.V1_2);
        ClientTls with = new ClientTls(spec, Optional.empty(), Optional.of(secret(other)));
        ClientTls without = tls(Optional.empty(), "shop.example");

        assertThat(probe(with, shop, socket -> socket.setNeedClientAuth(true))).isEqualTo(PASSED);
        assertThat(probe(without, shop, socket -> socket.setNeedClientAuth(true)))
                .isInstanceOf(ProbeResult.Failed.class);
    }

    @Test
    void aServerThatSpeaksOldVersionsOnlyFails() throws Exception {
        UpstreamTls spec =
                new UpstreamTls(Optional.empty(), Optional.empty(), List.of(), Optional.empty(), TlsVersion.V1_3);
        ClientTls tls = new ClientTls(spec, Optional.empty(), Optional.empty());

        assertThat(probe(tls, shop, socket -> socket.setEnabledProtocols(new String[] {"TLSv1.2"}))
                        .reason())
                .startsWith("TLS failed");
    }

    @Test
    void aServerThatNeverShakesHandsTimesOut() throws Exception {
        Dialer dialer = new Dialer(TIMEOUT, Optional.of(tls(Optional.empty(), "shop.example")), ALARMS);
        Prober prober = new TcpProber(new HealthCheck.TcpProbe(Optional.empty(), List.of()), dialer);
        try (TestingEndpoint silent = TestingEndpoint.thatIsSilent();
                TestingEndpoint plain = TestingEndpoint.thatDoes(connection ->
                        connection.getOutputStream().write("no TLS here".getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(prober.probe(silent.target())).isEqualTo(new ProbeResult.TimedOut(TIMEOUT));
            assertThat(prober.probe(plain.target()).reason()).startsWith("TLS failed");
        }
    }

    @Test
    void gRpcAsksForTheDeclaredNameAndTrustsWhatIsDeclared() throws Exception {
        EventLoopGroup events = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .sslContext(GrpcSslContexts.forServer(stream(shop.chain()), stream(shop.key()))
                        .sslProvider(SslProvider.JDK)
                        .build())
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start();
        try {
            ProbeTarget target = TestingEndpoint.target(HostPort.parse("127.0.0.1:" + server.getPort()));

            assertThat(grpc(tls(Optional.of(shop), "shop.example"), events).probe(target))
                    .isEqualTo(PASSED);
            assertThat(grpc(tls(Optional.of(shop), "cart.example"), events).probe(target))
                    .isInstanceOf(ProbeResult.Failed.class);
        } finally {
            server.shutdownNow();
            events.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Prober grpc(ClientTls tls, EventLoopGroup events) {
        return new GrpcProber(
                new HealthCheck.GrpcProbe(Optional.empty(), Optional.empty()),
                new ServiceName("cart"),
                PATIENCE,
                Optional.of(tls),
                events);
    }

    private static ClientTls tls(Optional<TestingCertificate> ca, String name) {
        UpstreamTls spec =
                new UpstreamTls(ca.map(_ -> "ca"), Optional.of(name), List.of(), Optional.empty(), TlsVersion.V1_2);
        return new ClientTls(
                spec,
                ca.map(one -> new SecretSpec(Optional.empty(), Optional.of(one.chain()), List.of(), Optional.empty())),
                Optional.empty());
    }

    private static SecretSpec secret(TestingCertificate own) {
        return new SecretSpec(
                Optional.of(new SecretSpec.Certificate(own.chain(), own.key())),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private ProbeResult probe(ClientTls tls, TestingCertificate server) throws GeneralSecurityException, IOException {
        return probe(tls, server, _ -> {});
    }

    private ProbeResult probe(ClientTls tls, TestingCertificate own, Consumer<SSLSocket> manners)
            throws GeneralSecurityException, IOException {
        SSLContext context = TestingTls.trusting(own);
        Prober prober = new TcpProber(
                new HealthCheck.TcpProbe(Optional.empty(), List.of("6f6b")),
                new Dialer(PATIENCE, Optional.of(tls), ALARMS));
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(connection, "127.0.0.1", connection.getPort(), true);
            socket.setUseClientMode(false);
            manners.accept(socket);
            socket.startHandshake();
            ((ExtendedSSLSession) socket.getSession())
                    .getRequestedServerNames()
                    .forEach(name -> names.add(((SNIHostName) name).getAsciiName()));
            socket.getOutputStream().write("ok".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        })) {
            return prober.probe(endpoint.target());
        }
    }
}
