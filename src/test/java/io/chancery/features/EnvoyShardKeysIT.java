package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.sharding.CustomerHash;
import io.chancery.testing.FreePorts;
import io.chancery.testing.PlainHttp;
import io.chancery.testing.TestingCertificate;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEcho;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingTls;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Customers that are told apart by their connection, or by a token, as a real Envoy sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyShardKeysIT {

    private static final String CLIENT = "customer-7.example";
    private static final int SHARDS = 1_024;

    private final int port = FreePorts.one();
    private final TestingCertificate own = TestingCertificate.of("shop.example");
    private final TestingCertificate client = TestingCertificate.of(CLIENT);
    private TestingServer server;
    private TestingEnvoy envoy;
    private TestingEcho upstream;
    private KeyPair signer;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        signer = keys.generateKeyPair();
        server = TestingServer.start(folder.resolve("data"));
        upstream = TestingEcho.start("only");
        HttpResponse<String> registered =
                server.get("/edsservice/register?service=backends&endpoint=" + upstream.endpoint());
        assertThat(registered.statusCode()).isEqualTo(200);
        server.apply(TestingManifests.list(own.manifest("own"), client.trust("clients")));
        policy("{sni: true}");
        apply("{kind: Listener, name: edge, spec: {address: 127.0.0.1, port: " + port
                + ", tls: {certificates: own, clientCertificates: {ca: clients}},"
                + " jwt: {name: login, issuer: 'https://login.example', jwks: '" + jwks() + "'},"
                + " routes: [{service: backends}]}}");
        envoy = TestingEnvoy.startDynamic(folder, server.xdsPort(), new NodeName("edge-1", "edge"), "edge", "");
    }

    @AfterAll
    void stop() {
        envoy.close();
        server.close();
        upstream.close();
    }

    @Test
    void theServerNameIsTheCustomer() throws Exception {
        policy("{sni: true}");

        assertThat(shard("Host: any")).isEqualTo(virtualShard("tenant.shop.example"));
    }

    @Test
    void theNameInTheClientsCertificateIsTheCustomer() throws Exception {
        policy("{certificateSan: true}");

        assertThat(shard("Host: any")).isEqualTo(virtualShard(CLIENT));
    }

    @Test
    void aClaimOfAVerifiedTokenIsTheCustomer() throws Exception {
        policy("{jwtClaim: {provider: login, claim: tenant}}");
        String token = token("{\"iss\": \"https://login.example\", \"tenant\": \"customer-A\"}");

        assertThat(shard("Host: any", "Authorization: Bearer " + token)).isEqualTo(virtualShard("customer-A"));
        assertThat(send("Host: any", "Authorization: Bearer " + token.substring(0, token.length() - 4) + "AAAA")
                        .status())
                .isEqualTo(401);
        assertThat(send("Host: any").body()).isEqualTo("Missing tenant claim");
    }

    private static String virtualShard(String customer) {
        return Integer.toString(CustomerHash.part(customer, SHARDS));
    }

    /** The virtual shard of the customer that Envoy found. */
    private String shard(String... headers) throws IOException, GeneralSecurityException {
        PlainHttp.Answer answer = send(headers);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        String label = answer.header("x-shard-assignment").orElseThrow();
        return label.substring(label.indexOf('.') + 1, label.indexOf('/'));
    }

    private PlainHttp.Answer send(String... headers) throws IOException, GeneralSecurityException {
        SSLContext context = TestingTls.trusting(client);
        try (Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                SSLSocket socket =
                        (SSLSocket) context.getSocketFactory().createSocket(plain, "tenant.shop.example", port, true)) {
            return PlainHttp.send(socket, "GET", "/", headers);
        }
    }

    private void policy(String key) throws IOException, InterruptedException {
        apply("{kind: ShuffleShard, name: backends, spec: {customer: " + key + ", responseHeaders: true}}");
    }

    private void apply(String document) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.send("POST", "/v1/apply?wait=acked&timeout=10s", TestingDocuments.list(document));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String jwks() {
        ECPublicKey key = (ECPublicKey) signer.getPublic();
        return "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"alg\": \"ES256\", \"kid\": \"one\", \"x\": \""
                + coordinate(key.getW().getAffineX()) + "\", \"y\": \""
                + coordinate(key.getW().getAffineY()) + "\"}]}";
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return encoded(fixed);
    }

    private String token(String payload) throws GeneralSecurityException {
        String signed = encoded("{\"alg\": \"ES256\", \"kid\": \"one\"}".getBytes(StandardCharsets.UTF_8))
                + '.'
                + encoded(payload.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(signer.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        return signed + '.' + encoded(signature.sign());
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
