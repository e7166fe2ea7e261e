package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Something that proves who somebody is; exactly one of its fields. What is private in it is never shown again. */
public record SecretSpec(
        @Field("is a certificate with its key") Optional<Certificate> certificate,
        @Field("are certificates that are trusted, in PEM") Optional<String> trustedCa,

        @Field("are keys that encrypt session tickets: 80 bytes each, in base64, the first encrypts")
        List<String> sessionTicketKeys,

        @Field("is a password, which Chancery uses and no Envoy is told; never shown")
        Optional<String> password)
        implements Spec {

    private static final int TICKET_KEY = 80;

    /** A certificate chain, and the key of its first certificate. */
    public record Certificate(
            @Field("is the certificate, then those that lead to its root, in PEM")
            String chain,

            @Field("is the private key, in PEM (PKCS #8), without a password; never shown")
            String key) {

        @Override
        public String toString() {
            return "Certificate[" + chain.length() + " characters]";
        }
    }

    public SecretSpec {
        sessionTicketKeys = List.copyOf(sessionTicketKeys);
        Bounds.exactlyOne(
                Bounds.Given.of("certificate", certificate),
                Bounds.Given.of("trustedCa", trustedCa),
                Bounds.Given.of("sessionTicketKeys", sessionTicketKeys),
                Bounds.Given.of("password", password));
        Bounds.printable("password", password);
        sessionTicketKeys.forEach(SecretSpec::checkTicketKey);
    }

    private static void checkTicketKey(String key) {
        boolean isKey;
        try {
            isKey = Base64.getDecoder().decode(key).length == TICKET_KEY;
        } catch (IllegalArgumentException _) {
            isKey = false;
        }
        if (!isKey) {
            throw new InvalidValueException(
                    "sessionTicketKeys",
                    "must be 80 random bytes each in base64, for example from openssl rand -base64 80");
        }
    }

    /** As what manifests may refer to it. */
    public SpecReference.Kind usedAs() {
        if (certificate.isPresent()) {
            return SpecReference.Kind.CERTIFICATE;
        }
        if (password.isPresent()) {
            return SpecReference.Kind.PASSWORD;
        }
        return trustedCa.isPresent() ? SpecReference.Kind.TRUSTED_CA : SpecReference.Kind.SESSION_TICKET_KEYS;
    }

    /** The bytes of the session ticket keys. */
    public List<byte[]> ticketKeys() {
        return sessionTicketKeys.stream().map(Base64.getDecoder()::decode).toList();
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.SECRET;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return password.isPresent() ? List.of() : List.of(new DeclaredName(ResourceType.SECRET, name));
    }

    @Override
    public String toString() {
        return "SecretSpec";
    }
}
