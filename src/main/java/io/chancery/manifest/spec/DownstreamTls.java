package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** TLS to clients. */
public record DownstreamTls(
        @Field("are the Secrets with certificate and key; Envoy chooses by server name and by the kind of key")
        List<String> certificates,

        @Field("asks clients for a certificate") Optional<ClientCertificates> clientCertificates,

        @Field(value = "is the oldest version that is spoken", otherwise = "1.2")
        TlsVersion minVersion,

        @Field(
                "are the cipher suites of TLS 1.2, as OpenSSL spells them; left out, those with forward secrecy and authenticated encryption")
        List<String> ciphers,

        @Field(
                "are the protocols that are offered, for example h2,http/1.1, which a listener for HTTP offers where this is left out")
        Optional<Alpn> alpn,

        @Field("is the Secret with session ticket keys, so that a session can go on at another Envoy")
        Optional<String> sessionTicketKeys) {

    /** What Envoy's TLS library knows, but for those without a certificate and those that are broken; the better first. */
    private static final List<String> CIPHERS = List.of(
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-RSA-CHACHA20-POLY1305",
            "ECDHE-ECDSA-AES128-SHA",
            "ECDHE-ECDSA-AES256-SHA",
            "ECDHE-RSA-AES128-SHA",
            "ECDHE-RSA-AES256-SHA",
            "AES128-GCM-SHA256",
            "AES256-GCM-SHA384",
            "AES128-SHA",
            "AES256-SHA");

    public DownstreamTls {
        Bounds.notEmpty("certificates", certificates);
        certificates = List.copyOf(certificates);
        Bounds.distinct("certificates", certificates);
        ciphers = List.copyOf(ciphers);
        if (!CIPHERS.containsAll(ciphers)) {
            throw new InvalidValueException("ciphers", "must be of " + String.join(", ", CIPHERS));
        }
        Bounds.distinct("ciphers", ciphers);
    }

    /** Certificates of clients. */
    public record ClientCertificates(
            @Field("is the Secret with the certificates that are trusted")
            String ca,

            @Field(value = "refuses clients that have none", otherwise = "true")
            boolean required,

            @Field("are names of which a client's certificate must have one")
            List<String> subjectAltNames) {

        public ClientCertificates {
            subjectAltNames = List.copyOf(subjectAltNames);
            subjectAltNames.forEach(name -> Bounds.printable("subjectAltNames", name));
        }
    }

    List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            references.add(new SpecReference(
                    SpecReference.Kind.CERTIFICATE, certificates.get(i), "tls.certificates[" + i + ']'));
        }
        clientCertificates.ifPresent(clients -> references.add(
                new SpecReference(SpecReference.Kind.TRUSTED_CA, clients.ca(), "tls.clientCertificates.ca")));
        sessionTicketKeys.ifPresent(name -> references.add(
                new SpecReference(SpecReference.Kind.SESSION_TICKET_KEYS, name, "tls.sessionTicketKeys")));
        return references;
    }
}
