package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.chancery.manifest.spec.SecretSpec;
import io.chancery.testing.TestingCertificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRulesTest {

    private final Instant now = Instant.now();

    private final TestingCertificate pair = TestingCertificate.of("shop.example");

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aPairOfAnyKindIsAccepted(String algorithm) {
        TestingCertificate certificate = TestingCertificate.of("shop.example", algorithm, "-1d", 10);
        assertThat(faults(certificate.chain(), certificate.key())).isEmpty();
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        TestingCertificate other = TestingCertificate.of("shop.example");
        assertThat(faults(pair.chain(), other.key()))
                .containsExactly(new Fault(
                        0,
                        "spec.certificate.key",
                        "must be the key of the first certificate of the chain; it is that of another"));
    }

    @Test
    void anExpiredCertificateIsRefused() {
        TestingCertificate old = TestingCertificate.of("shop.example", "EC", "-10d", 5);
        assertThat(faults(old.chain(), old.key()))
                .singleElement()
                .satisfies(fault ->
                        assertThat(fault.reason()).startsWith("must be valid; a certificate in it expired at "));
    }

    @Test
    void aCertificateOfTheFutureIsRefused() {
        TestingCertificate early = TestingCertificate.of("shop.example", "EC", "+5d", 5);
        assertThat(faults(early.chain(), early.key()))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason())
                        .startsWith("must be valid already; a certificate in it will be from "));
    }

    @Test
    void whatIsNoPemIsRefusedWithoutBeingQuoted() {
        assertThat(faults("hunter2", "hunter3"))
                .extracting(Fault::path, Fault::reason)
                .containsExactly(
                        tuple("spec.certificate.chain", "must be certificates in PEM, the server's own first"),
                        tuple("spec.certificate.key", "must be a private key in PEM"));
    }

    @Test
    void aKeyInAnotherFormIsRefusedWithTheWayToConvertIt() {
        String key = pair.key().replace("PRIVATE KEY", "RSA PRIVATE KEY");
        assertThat(faults(pair.chain(), key))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("openssl pkcs8 -topk8 -nocrypt"));
    }

    private List<Fault> faults(String chain, String key) {
        Faults faults = new Faults(0);
        SecretRules.check(
                new SecretSpec(
                        Optional.of(new SecretSpec.Certificate(chain, key)),
                        Optional.empty(),
                        List.of(),
                        Optional.empty()),
                "spec",
                now,
                faults);
        return faults.found();
    }
}
