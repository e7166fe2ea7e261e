package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.PrivateKeyProvider;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RedactionTest {

    private static final String HIDDEN = "SECRET-VALUE";

    private static final TlsCertificate CERTIFICATE = TlsCertificate.newBuilder()
            .setCertificateChain(text("public chain"))
            .setPrivateKey(text(HIDDEN))
            .setPassword(bytes())
            .setPkcs12(bytes())
            .setPrivateKeyProvider(PrivateKeyProvider.newBuilder()
                    .setProviderName("hsm")
                    .setTypedConfig(Any.pack(
                            GenericSecret.newBuilder().setSecret(text(HIDDEN)).build())))
            .build();

    @Test
    void aCertificateKeepsWhatIsPublic() {
        Secret shown = (Secret) Redaction.of(
                Secret.newBuilder().setName("s").setTlsCertificate(CERTIFICATE).build());

        assertHidden(shown);
        assertThat(shown.getName()).isEqualTo("s");
        assertThat(shown.getTlsCertificate().getCertificateChain()).isEqualTo(text("public chain"));
        assertThat(shown.getTlsCertificate().getPrivateKey()).isEqualTo(text(Redaction.PLACEHOLDER));
        assertThat(shown.getTlsCertificate().getPassword()).isEqualTo(text(Redaction.PLACEHOLDER));
    }

    @Test
    void ticketKeysAndGenericSecretsAreBlankedOneByOne() {
        Secret tickets = Secret.newBuilder()
                .setSessionTicketKeys(
                        TlsSessionTicketKeys.newBuilder().addKeys(text(HIDDEN)).addKeys(bytes()))
                .build();
        Secret generic = Secret.newBuilder()
                .setGenericSecret(
                        GenericSecret.newBuilder().setSecret(text(HIDDEN)).putSecrets("token", text(HIDDEN)))
                .build();

        assertHidden(Redaction.of(tickets));
        assertHidden(Redaction.of(generic));
        assertThat(((Secret) Redaction.of(tickets)).getSessionTicketKeys().getKeysCount())
                .isEqualTo(2);
        assertThat(((Secret) Redaction.of(generic)).getGenericSecret().getSecretsOrThrow("token"))
                .isEqualTo(text(Redaction.PLACEHOLDER));
    }

    @Test
    void whereASecretIsKeptIsShown() {
        Secret secret = Secret.newBuilder()
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setPrivateKey(DataSource.newBuilder().setFilename("/etc/key.pem")))
                .build();

        assertThat(Redaction.of(secret)).isSameAs(secret);
    }

    @Test
    void aSecretIsFoundInsideOfAnyFields() {
        Cluster cluster = Cluster.newBuilder()
                .setName("c")
                .setTransportSocket(TransportSocket.newBuilder()
                        .setName("tls")
                        .setTypedConfig(Any.pack(UpstreamTlsContext.newBuilder()
                                .setSni("sni")
                                .setCommonTlsContext(
                                        CommonTlsContext.newBuilder().addTlsCertificates(CERTIFICATE))
                                .build())))
                .build();

        Message shown = Redaction.of(cluster);

        assertHidden(shown);
        assertThat(ResourceJson.write(shown).toString()).contains("public chain", "\"sni\"", "[redacted]");
        assertThat(Redaction.of(shown)).isSameAs(shown);
    }

    @Test
    void contentThatNobodyKnowsIsNotShown() {
        Cluster cluster = Cluster.newBuilder()
                .setTransportSocket(TransportSocket.newBuilder()
                        .setTypedConfig(Any.newBuilder()
                                .setTypeUrl("type.googleapis.com/my.Secret")
                                .setValue(ByteString.copyFromUtf8(HIDDEN))))
                .build();

        assertHidden(Redaction.of(cluster));
    }

    @Test
    void aMessageWithoutSecretsIsTheSame() {
        Cluster cluster = Cluster.newBuilder().setName("c").build();

        assertThat(Redaction.of(cluster)).isSameAs(cluster);
    }

    @Test
    void whatWasBlankedCannotBeDeclaredAsASecret() {
        String document = """
                {"kind": "Resource", "name": "s", "spec": {
                  "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", "name": "s",
                  "tls_certificate": {"certificate_chain": {"inline_string": "x"},
                                      "private_key": {"inline_string": "%s"}}}}""";

        DocumentResult blanked =
                Documents.read(0, new JsonMapper().readTree(document.formatted(Redaction.PLACEHOLDER)));
        DocumentResult whole = Documents.read(0, new JsonMapper().readTree(document.formatted("key")));

        assertThat(assertInstanceOf(DocumentResult.Faulty.class, blanked).faults())
                .containsExactly(new Fault(
                        0,
                        "spec.tls_certificate.private_key.inline_string",
                        "must be the secret itself; [redacted] is what is shown in its place"));
        assertInstanceOf(DocumentResult.Read.class, whole);
    }

    private static void assertHidden(Message shown) {
        assertThat(new String(shown.toByteArray(), StandardCharsets.ISO_8859_1)).doesNotContain(HIDDEN);
    }

    private static DataSource text(String text) {
        return DataSource.newBuilder().setInlineString(text).build();
    }

    private static DataSource bytes() {
        return DataSource.newBuilder()
                .setInlineBytes(ByteString.copyFromUtf8(HIDDEN))
                .build();
    }
}
