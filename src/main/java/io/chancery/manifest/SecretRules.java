package io.chancery.manifest;

import io.chancery.manifest.spec.SecretSpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is asked of certificates and keys before an Envoy gets them. Its faults never quote them. */
final class SecretRules {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----");
    private static final byte[] SAMPLE = "chancery".getBytes(StandardCharsets.US_ASCII);

    private SecretRules() {}

    /**
     * Adds what is wrong.
     *
     * @param now at which a certificate with a key must be valid
     */
    static void check(SecretSpec secret, String path, Instant now, Faults faults) {
        secret.certificate().ifPresent(certificate -> check(certificate, path + ".certificate", now, faults));
        secret.trustedCa().ifPresent(text -> {
            if (certificates(text).isEmpty()) {
                faults.add(path + ".trustedCa", "must be certificates in PEM");
            }
        });
    }

    private static void check(SecretSpec.Certificate certificate, String path, Instant now, Faults faults) {
        List<X509Certificate> chain = certificates(certificate.chain());
        if (chain.isEmpty()) {
            faults.add(path + ".chain", "must be certificates in PEM, the server's own first");
        }
        for (int i = 0; i < chain.size(); i++) {
            checkValidity(chain.get(i), path + ".chain", now, faults);
        }
        Optional<byte[]> key = key(certificate.key(), path + ".key", faults);
        if (key.isPresent()
                && !chain.isEmpty()
                && !isKeyOf(key.get(), chain.getFirst().getPublicKey())) {
            faults.add(path + ".key", "must be the key of the first certificate of the chain; it is that of another");
        }
    }

    private static void checkValidity(X509Certificate certificate, String path, Instant now, Faults faults) {
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            faults.add(
                    path,
                    "must be valid; a certificate in it expired at "
                            + certificate.getNotAfter().toInstant());
        } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
            faults.add(
                    path,
                    "must be valid already; a certificate in it will be from "
                            + certificate.getNotBefore().toInstant() + " on");
        }
    }

    private static List<X509Certificate> certificates(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException _) {
            return List.of();
        }
    }

    private static Optional<byte[]> key(String pem, String path, Faults faults) {
        Matcher key = KEY.matcher(pem);
        if (key.find()) {
            try {
                return Optional.of(Base64.getMimeDecoder().decode(key.group(1)));
            } catch (IllegalArgumentException _) {
                faults.add(path, "must be a private key in PEM; its base64 is damaged");
                return Optional.empty();
            }
        }
        faults.add(
                path,
                OTHER_KEY.matcher(pem).find()
                        ? "must be a key in PKCS #8 without a password; openssl pkcs8 -topk8 -nocrypt makes one of it"
                        : "must be a private key in PEM");
        return Optional.empty();
    }

    /** Signs with the one and verifies with the other: what they have in common differs from kind to kind. */
    private static boolean isKeyOf(byte[] key, PublicKey other) {
        try {
            PrivateKey own = KeyFactory.getInstance(other.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(key));
            Signature signature = Signature.getInstance(
                    switch (other.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> other.getAlgorithm();
                    });
            signature.initSign(own);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(other);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
