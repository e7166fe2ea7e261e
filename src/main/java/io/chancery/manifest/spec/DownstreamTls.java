package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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

    private static final Pattern CIPHER = Pattern.compile("[A-Z0-9-]{5,64}");

    public DownstreamTls {
        Bounds.notEmpty("certificates", certificates);
        certificates = List.copyOf(certificates);
        Bounds.distinct("certificates", certificates);
        ciphers = List.copyOf(ciphers);
        ciphers.forEach(cipher -> {
            if (!CIPHER.matcher(cipher).matches()) {
                throw new InvalidValueException("ciphers", "must be names like ECDHE-RSA-AES128-GCM-SHA256");
            }
        });
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
            references.add(
                    new SpecReference(SpecReference.Kind.SECRET, certificates.get(i), "tls.certificates[" + i + ']'));
        }
        clientCertificates.ifPresent(clients -> references.add(
                new SpecReference(SpecReference.Kind.SECRET, clients.ca(), "tls.clientCertificates.ca")));
        sessionTicketKeys.ifPresent(
                name -> references.add(new SpecReference(SpecReference.Kind.SECRET, name, "tls.sessionTicketKeys")));
        return references;
    }
}
