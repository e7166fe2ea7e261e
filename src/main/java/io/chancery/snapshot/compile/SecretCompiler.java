package io.chancery.snapshot.compile;

import com.google.protobuf.ByteString;
import io.chancery.manifest.spec.SecretSpec;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys;

/** Secrets, complete: what comes out of here is for Envoys only. Pure functions. */
final class SecretCompiler {

    private SecretCompiler() {}

    static Secret compile(String name, SecretSpec spec) {
        Secret.Builder secret = Secret.newBuilder().setName(name);
        spec.certificate()
                .ifPresent(certificate -> secret.setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(Values.inline(certificate.chain()))
                        .setPrivateKey(Values.inline(certificate.key()))));
        spec.trustedCa()
                .ifPresent(trusted -> secret.setValidationContext(
                        CertificateValidationContext.newBuilder().setTrustedCa(Values.inline(trusted))));
        if (!spec.sessionTicketKeys().isEmpty()) {
            TlsSessionTicketKeys.Builder keys = TlsSessionTicketKeys.newBuilder();
            spec.ticketKeys()
                    .forEach(key -> keys.addKeys(DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(key))));
            secret.setSessionTicketKeys(keys);
        }
        return secret.build();
    }
}
