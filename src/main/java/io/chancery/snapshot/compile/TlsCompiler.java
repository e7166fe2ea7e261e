package io.chancery.snapshot.compile;

import com.google.protobuf.BoolValue;
import io.chancery.manifest.spec.Alpn;
import io.chancery.manifest.spec.DownstreamTls;
import io.chancery.manifest.spec.TlsVersion;
import io.chancery.manifest.spec.UpstreamProtocol;
import io.chancery.manifest.spec.UpstreamTls;
import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/** TLS on either side. Certificates and keys come by SDS, so that they rotate without anything else. Pure functions. */
final class TlsCompiler {

    /**
     * Forward secrecy and authenticated encryption only (RFC 9325, section 4.2). What is in brackets is equally good, and
     * the client chooses: one without hardware for AES is faster with ChaCha20.
     */
    private static final List<String> CIPHERS = List.of(
            "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]",
            "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384");

    private TlsCompiler() {}

    /**
     * TLS to clients.
     *
     * @param offered the protocols that are offered where nothing is declared
     */
    static TransportSocket downstream(DownstreamTls tls, Alpn offered) {
        CommonTlsContext.Builder common = CommonTlsContext.newBuilder()
                .addAllAlpnProtocols(tls.alpn().orElse(offered).protocols())
                .setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(protocol(tls.minVersion()))
                        .addAllCipherSuites(ciphers(tls)));
        tls.certificates().forEach(name -> common.addTlsCertificateSdsSecretConfigs(secret(name)));
        DownstreamTlsContext.Builder context = DownstreamTlsContext.newBuilder();
        tls.clientCertificates().ifPresent(clients -> {
            trust(clients.ca(), clients.subjectAltNames(), common);
            context.setRequireClientCertificate(BoolValue.of(clients.required()));
        });
        tls.sessionTicketKeys().ifPresent(name -> context.setSessionTicketKeysSdsSecretConfig(secret(name)));
        return Values.tls(context.setCommonTlsContext(common).build());
    }

    private static List<String> ciphers(DownstreamTls tls) {
        if (!tls.ciphers().isEmpty()) {
            return tls.ciphers();
        }
        return switch (tls.minVersion()) {
            case V1_2 -> CIPHERS;
            case V1_3 -> List.of();
        };
    }

    /**
     * TLS to endpoints.
     *
     * <p>Where a name is asked for and no others are declared, the certificate must be for that name: one that the same
     * authority gave to somebody else proves nothing.
     */
    static TransportSocket upstream(UpstreamTls tls, UpstreamProtocol protocol) {
        CommonTlsContext.Builder common = CommonTlsContext.newBuilder()
                .setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(protocol(tls.minVersion()))
                        // As a client Envoy would go no further than 1.2.
                        .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3));
        switch (protocol) {
            case HTTP2 -> common.addAlpnProtocols("h2");
            // Envoy offers what the connection is for.
            case HTTP1, AUTO, TCP -> {}
        }
        tls.clientCertificate().ifPresent(name -> common.addTlsCertificateSdsSecretConfigs(secret(name)));
        tls.ca().ifPresent(name -> trust(name, tls.subjectAltNames(), common));
        UpstreamTlsContext.Builder context = UpstreamTlsContext.newBuilder()
                .setAutoSniSanValidation(tls.ca().isPresent()
                        && tls.sni().isPresent()
                        && tls.subjectAltNames().isEmpty());
        tls.sni().ifPresent(context::setSni);
        return Values.tls(context.setCommonTlsContext(common).build());
    }

    private static void trust(String ca, List<String> names, CommonTlsContext.Builder common) {
        if (names.isEmpty()) {
            common.setValidationContextSdsSecretConfig(secret(ca));
            return;
        }
        CertificateValidationContext.Builder expected = CertificateValidationContext.newBuilder();
        names.forEach(name -> expected.addMatchTypedSubjectAltNames(SubjectAltNameMatcher.newBuilder()
                .setSanType(kind(name))
                .setMatcher(StringMatcher.newBuilder().setExact(name))));
        common.setCombinedValidationContext(CombinedCertificateValidationContext.newBuilder()
                .setDefaultValidationContext(expected)
                .setValidationContextSdsSecretConfig(secret(ca)));
    }

    private static SanType kind(String name) {
        if (name.contains("://")) {
            return SanType.URI;
        }
        if (name.contains("@")) {
            return SanType.EMAIL;
        }
        try {
            IpAddress _ = new IpAddress(name);
            return SanType.IP_ADDRESS;
        } catch (InvalidValueException _) {
            return SanType.DNS;
        }
    }

    private static TlsProtocol protocol(TlsVersion version) {
        return switch (version) {
            case V1_2 -> TlsProtocol.TLSv1_2;
            case V1_3 -> TlsProtocol.TLSv1_3;
        };
    }

    private static SdsSecretConfig secret(String name) {
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(Values.ads())
                .build();
    }
}
