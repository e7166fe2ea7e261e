package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.FreePorts;
import io.chancery.testing.PlainHttp;
import io.chancery.testing.PlainHttp.Answer;
import io.chancery.testing.TestingCertificate;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEcho;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingTls;
import io.chancery.testing.TlsAttempt;
import io.envoyproxy.envoy.service.status.v3.ClientStatusDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.status.v3.ClientStatusRequest;
import io.envoyproxy.envoy.service.status.v3.ClientStatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** HTTPS as {@code docs/examples/edge-tls.yaml} declares it, and TLS in its other places. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyTlsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration ENVOYS_CHANGE = Duration.ofSeconds(20);
    private static final String HOST = "shop.example";

    private final int httpsPort = FreePorts.one();
    private final int httpPort = FreePorts.one();
    private final TestingCertificate edge = TestingCertificate.of(HOST);

    private Path folder;
    private TestingEcho backend;
    private TestingServer server;
    private TestingEnvoy envoy;

    @BeforeAll
    void start(@TempDir Path parent) throws IOException, InterruptedException {
        folder = parent;
        backend = TestingEcho.start("one");
        server = TestingServer.start(folder.resolve("data"));
        server.apply(TestingManifests.list(edge.manifest("edge"), edge.trust("edge-ca")));
        String yaml = TestingDocuments.example("edge-tls.yaml");
        yaml = TestingDocuments.replaced(yaml, "port: 8443", "port: " + httpsPort);
        yaml = TestingDocuments.replaced(yaml, "port: 8081", "port: " + httpPort);
        yaml = yaml.replaceAll("127\\.0\\.0\\.1:620\\d", backend.endpoint());
        // The four backends of the example are one here, which a service may have once.
        yaml = yaml.replaceAll("endpoints: \\[.*]", "endpoints: \"" + backend.endpoint() + '"');
        server.apply(TestingDocuments.list(yaml));
        envoy = TestingEnvoy.startDynamic(folder, server.xdsPort(), new NodeName("edge-1", "edge"), "edge_https", "");
        await("the listener beside it").until(() -> envoy.listeners().contains("edge_http"));
    }

    @AfterAll
    void stop() {
        envoy.close();
        server.close();
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1,refused (protocol_version) Received fatal alert: protocol_version",
        "TLSv1.1,refused (protocol_version) Received fatal alert: protocol_version",
        "TLSv1.2,accepted TLSv1.2",
        "TLSv1.3,accepted TLSv1.3"
    })
    void oldVersionsAreRefusedByEnvoyAndNewOnesAccepted(String version, String outcome)
            throws IOException, InterruptedException {
        assertThat(TlsAttempt.of(folder, httpsPort, version)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void http2IsAgreedOnAndHttp1WithClientsThatKnowNothingElse(String version)
            throws IOException, GeneralSecurityException {
        try (SSLSocket socket = TestingTls.connect(TestingTls.trusting(), httpsPort, version, "h2", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(TestingTls.certificate(edge));
        }
        try (SSLSocket socket = TestingTls.connect(TestingTls.trusting(), httpsPort, version, "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(socket.getSession().getCipherSuite()).contains("_GCM_");
        }
    }

    @Test
    void browsersAreToldToStayWithHttpsAndOthersAreSentThere() throws IOException, GeneralSecurityException {
        Answer secure = over(TestingTls.trusting(), httpsPort, "/x");
        assertThat(secure.status()).isEqualTo(200);
        assertThat(secure.header("strict-transport-security")).hasValue("max-age=31536000; includeSubDomains");
        assertThat(over(TestingTls.trusting(), httpsPort, "/admin/x").status()).isEqualTo(403);

        Answer plain = PlainHttp.send(httpPort, "GET", "/x?y=z", "Host: " + HOST);
        assertThat(plain.status()).isEqualTo(301);
        assertThat(plain.header("location")).hasValue("https://" + HOST + "/x?y=z");
        assertThat(plain.header("strict-transport-security")).isEmpty();
    }

    @Test
    void aRotatedCertificateIsInTheNextHandshakeAndNoListenerIsTouched()
            throws IOException, InterruptedException, GeneralSecurityException {
        TestingCertificate former = TestingCertificate.of("rotating.example");
        TestingCertificate next = TestingCertificate.of("rotating.example");
        int port = FreePorts.one();
        server.apply(TestingManifests.list(former.manifest("rotating")));
        server.apply(TestingDocuments.list("""
                kind: Listener
                name: rotating
                spec: {port: %d, tls: {certificates: rotating}, routes: [{prefix: /, service: allbackend_cluster}]}
                """.formatted(port)));
        awaitListener("rotating");
        assertThat(shown(port)).isEqualTo(TestingTls.certificate(former));
        Map<String, Long> listeners = changesOfListeners();

        try (SSLSocket open = TestingTls.connect(TestingTls.trusting(), port, "TLSv1.3", "http/1.1")) {
            HttpResponse<String> rotated =
                    server.send("PUT", "/v1/manifests/Secret/rotating", next.manifest("rotating"));

            assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
            await("the next handshake to have it")
                    .atMost(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> shown(port).equals(TestingTls.certificate(next)));
            assertThat(PlainHttp.send(open, "GET", "/x", "Host: a").status())
                    .as("a connection from before")
                    .isEqualTo(200);
        }
        assertThat(changesOfListeners()).isEqualTo(listeners);
    }

    private Map<String, Long> changesOfListeners() throws IOException, InterruptedException {
        Map<String, Long> changes = envoy.stats(
                "^listener_manager\\.(listener_(added|modified|removed|in_place_updated)|lds\\.update_success)$");
        assertThat(changes).hasSize(5);
        return changes;
    }

    @Test
    void whereClientsNeedACertificateTheyAreRefusedWithoutIt()
            throws IOException, InterruptedException, GeneralSecurityException {
        TestingCertificate client = TestingCertificate.of("client.example");
        int port = FreePorts.one();
        server.apply(TestingManifests.list(client.trust("clients")));
        server.apply(TestingDocuments.list("""
                kind: Listener
                name: known_clients
                spec:
                  port: %d
                  tls: {certificates: edge, clientCertificates: {ca: clients, subjectAltNames: client.example}}
                  routes: [{prefix: /, service: allbackend_cluster}]
                """.formatted(port)));
        awaitListener("known_clients");

        assertThat(over(TestingTls.trusting(client), port, "/x").status()).isEqualTo(200);
        assertThatThrownBy(() -> over(TestingTls.trusting(), port, "/x")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> over(TestingTls.trusting(TestingCertificate.of("client.example")), port, "/x"))
                .isInstanceOf(IOException.class);
        assertThat(envoy.stats("^listener\\..*_" + port + "\\.ssl\\.fail_verify_(no_cert|error)$"))
                .hasSize(2)
                .allSatisfy((_, failures) -> assertThat(failures).isPositive());
    }

    @Test
    void aKeyIsInNoAnswerAndInNoLog() throws IOException, InterruptedException {
        String key = edge.key().lines().skip(1).findFirst().orElseThrow();
        String manifest = server.get("/v1/manifests/Secret/edge").body();
        assertThat(manifest).contains("[redacted]", "BEGIN CERTIFICATE").doesNotContain(key, "PRIVATE KEY");

        String served = server.get("/v1/nodes/edge-1/resources/sds").body();
        assertThat(served).contains("\"edge\"", "[redacted]").doesNotContain(key, "PRIVATE KEY");
        String again = server.send("PUT", "/v1/manifests/Secret/edge", edge.manifest("edge"))
                .body();
        assertThat(again).doesNotContain(key, "PRIVATE KEY");

        String history = server.get("/v1/history?kind=Secret&name=edge").body();
        long revision =
                JSON.readTree(history).get("history").get(0).get("revision").longValue();
        assertThat(history + server.get("/v1/history/" + revision).body())
                .contains("BEGIN CERTIFICATE")
                .doesNotContain(key, "PRIVATE KEY");

        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.xdsPort())
                .usePlaintext()
                .build();
        try {
            ClientStatusResponse dump = ClientStatusDiscoveryServiceGrpc.newBlockingStub(channel)
                    .fetchClientStatus(ClientStatusRequest.getDefaultInstance());
            assertThat(dump.getConfigList()).isNotEmpty();
            assertThat(dump.toString()).contains("edge_https").doesNotContain(key, "PRIVATE KEY");
        } finally {
            channel.shutdownNow();
        }
        assertThat(server.output()).isNotEmpty().doesNotContain(key, "PRIVATE KEY");
    }

    @Test
    void aPairThatDoesNotBelongTogetherOrHasExpiredIsRefused() throws IOException, InterruptedException {
        TestingCertificate mixed =
                new TestingCertificate(TestingCertificate.of("other.example").chain(), edge.key());
        TestingCertificate expired = TestingCertificate.of(HOST, "EC", "-10d", 5);
        for (TestingCertificate wrong : new TestingCertificate[] {mixed, expired}) {
            HttpResponse<String> refused = server.send("PUT", "/v1/manifests/Secret/edge", wrong.manifest("edge"));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("spec.certificate").doesNotContain("PRIVATE KEY");
        }
    }

    /** From a listener without TLS to one with it, in the same Envoy, which says how it was spoken to. */
    @Test
    void connectionsToEndpointsCanHaveTlsAndHttp2() throws IOException, InterruptedException {
        int port = FreePorts.one();
        TestingCertificate stranger = TestingCertificate.of(HOST);
        server.apply(TestingManifests.list(stranger.trust("other-ca")));
        server.apply(TestingDocuments.list("""
                kind: Service
                name: secure
                spec: {protocol: http2, endpoints: "127.0.0.1:%d", tls: {ca: edge-ca, sni: shop.example}}
                ---
                kind: Service
                name: insecure
                spec: {protocol: http2, endpoints: "127.0.0.1:%d", tls: {ca: other-ca, sni: shop.example}}
                ---
                kind: Listener
                name: to_secure
                spec:
                  port: %d
                  routes: [{prefix: /, service: secure}, {prefix: /stranger, service: insecure}]
                """.formatted(httpsPort, httpsPort, port)));
        awaitListener("to_secure");
        long before = envoy.stat("http.edge_https.downstream_cx_http2_total");

        assertThat(PlainHttp.get(port, "/x").status()).isEqualTo(200);
        assertThat(envoy.stat("http.edge_https.downstream_cx_http2_total")).isEqualTo(before + 1);
        assertThat(envoy.stat("cluster.secure.ssl.handshake")).isEqualTo(1);

        assertThat(PlainHttp.get(port, "/stranger").status()).isEqualTo(503);
        assertThat(envoy.stat("cluster.insecure.ssl.fail_verify_error")).isPositive();
    }

    private void awaitListener(String name) {
        await("the listener " + name)
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.listeners().contains(name));
    }

    private static Answer over(SSLContext client, int port, String path) throws IOException {
        try (SSLSocket socket = TestingTls.connect(client, port, "TLSv1.3", "http/1.1")) {
            return PlainHttp.send(socket, "GET", path, "Host: " + HOST);
        }
    }

    /** The certificate that a new client is shown. */
    private static Certificate shown(int port) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = TestingTls.connect(TestingTls.trusting(), port, "TLSv1.3", "http/1.1")) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }
}
