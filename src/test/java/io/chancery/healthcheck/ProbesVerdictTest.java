package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;
import io.chancery.registry.RegistrationRequest;
import io.chancery.registry.VerdictReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of the probes' results. */
class ProbesVerdictTest extends TestingProbes {

    @Test
    void aDeniedAddressIsNeverProbedAndSaysWhy() {
        probe("{tcp: {}}");
        register("169.254.169.254:80");
        pass(Duration.ofMinutes(1));

        assertThat(probers.asked()).isEmpty();
        assertThat(health("169.254.169.254:80"))
                .isEqualTo(new EndpointHealth(
                        Verdict.UNKNOWN,
                        "probing 169.254.169.254 is denied by chancery.probes.deny (169.254.0.0/16)",
                        false,
                        false,
                        Optional.empty()));
        assertThat(probes.withheld()).isEqualTo(1);
        assertThat(probes.endpoints()).isZero();
        assertThat(probes.status(CART, new EndpointId("169.254.169.254:80"))
                        .orElseThrow()
                        .withheld())
                .isPresent();
    }

    @Test
    void withoutItsSecretAServiceIsNotProbedAndSaysWhy() {
        apply(put("""
                kind: Resource
                name: raw
                spec:
                  "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
                  name: roots
                  validation_context: {trusted_ca: {filename: /etc/roots.pem}}
                """));
        probe("{tcp: {}, tls: {ca: roots}}");
        register(ONE);
        pass(Duration.ofSeconds(30));
        assertThat(probers.asked()).isEmpty();
        assertThat(health(ONE).reason())
                .isEqualTo("not probed: roots is no manifest of the kind Secret, which probes need");

        probe("{tcp: {}}");
        pass(Duration.ofSeconds(1));
        assertThat(health(ONE)).isEqualTo(new EndpointHealth(Verdict.HEALTHY, "", false, false, Optional.empty()));
    }

    @Test
    void aPasswordThatIsReplacedIsSaidFromThenOn() {
        apply(put("{kind: Secret, name: word, spec: {password: first}}"));
        probe("{redis: {password: word}}");
        register(ONE);
        pass(Duration.ofSeconds(1));
        assertThat(probers.passwords).containsExactly(Optional.of("first"));

        apply(put("{kind: Secret, name: word, spec: {password: second}}"));
        pass(Duration.ofSeconds(1));

        assertThat(probers.passwords).containsExactly(Optional.of("first"), Optional.of("second"));
    }

    @Test
    void afterARestartItGoesOnFromWhatWasWritten() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1}");
        probers.down(ONE);
        register(ONE);
        pass(Duration.ofSeconds(2));
        restart();

        pass(Duration.ofMillis(1));
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNHEALTHY);
        probers.up(ONE);
        probers.asked();
        while (probers.times(ONE).isEmpty()) {
            pass(Duration.ofMillis(100));
        }
        assertThat(verdict(ONE)).as("after one pass").isEqualTo(Verdict.UNHEALTHY);
        pass(Duration.ofSeconds(2));
        assertThat(verdict(ONE)).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void aVerdictThatStayedBehindWhenItsProbeWasTakenAwayIsTakenBackAfterARestart() {
        register(ONE);
        ledger.report(List.of(new VerdictReport(CART, new EndpointId(ONE), Verdict.UNHEALTHY, "refused", false)));
        restart();

        assertThat(health(ONE)).isEqualTo(EndpointHealth.NOTHING);
    }

    @Test
    void whatCannotBeWrittenIsWrittenLaterAndOnlyTheLatestOfIt() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1, healthyThreshold: 1}");
        register(ONE);
        pass(Duration.ofSeconds(1));
        storeIsDown = true;
        probers.down(ONE);
        pass(Duration.ofSeconds(3));
        assertThat(verdict(ONE)).isEqualTo(Verdict.HEALTHY);
        probers.up(ONE);
        register(TWO);
        pass(Duration.ofSeconds(3));
        probers.down(ONE);
        pass(Duration.ofSeconds(3));
        written.clear();

        storeIsDown = false;
        pass(Duration.ofSeconds(2));
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNHEALTHY);
        assertThat(verdict(TWO)).isEqualTo(Verdict.HEALTHY);
        assertThat(written.stream().mapToInt(List::size).sum()).isEqualTo(2);
    }

    @Test
    void whatIsFoundWhileSomethingIsWrittenIsWrittenTogetherAfterIt() {
        probe("{tcp: {}}");
        writer.hold();
        IntStream.rangeClosed(1, 50).forEach(i -> register("10.0.2." + i + ":80"));
        pass(Duration.ofSeconds(1));
        assertThat(writer.held()).isEqualTo(1);
        writer.release();
        agenda.settle();

        assertThat(written).hasSize(2);
        assertThat(written.getFirst()).hasSizeLessThan(5);
        assertThat(written.stream().mapToInt(List::size).sum()).isEqualTo(50);
        assertThat(verdict("10.0.2.50:80")).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void whatIsTooMuchForTheStoreIsWrittenBitByBit() {
        largest = 3;
        probe("{tcp: {}}");
        List<RegistrationRequest> all = new ArrayList<>();
        IntStream.rangeClosed(1, 40)
                .forEach(i -> all.add(
                        new RegistrationRequest.Register(CART, Endpoint.of(HostPort.parse("10.0.5." + i + ":80")))));
        registry.applyBatch(all);
        writer.hold();
        pass(Duration.ofSeconds(1));
        writer.release();
        pass(Duration.ofMinutes(1));

        assertThat(registry.view().service(CART).orElseThrow().endpoints().values())
                .hasSize(40)
                .allSatisfy(endpoint -> assertThat(endpoint.health().verdict()).isEqualTo(Verdict.HEALTHY));
        assertThat(written).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(3));
    }

    @Test
    void aNetworkThatIsCutExpelsNobodyAndWhenItIsBackSoAreTheVerdicts() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 2}");
        List<String> all =
                IntStream.rangeClosed(1, 8).mapToObj(i -> "10.0.3." + i + ":80").toList();
        all.forEach(this::register);
        pass(Duration.ofSeconds(2));
        assertThat(all).allSatisfy(one -> assertThat(health(one).effective()).isEqualTo(Verdict.HEALTHY));

        probers.unplug();
        pass(Duration.ofSeconds(30));
        assertThat(all).allSatisfy(one -> {
            assertThat(verdict(one)).isEqualTo(Verdict.UNHEALTHY);
            assertThat(health(one).effective()).as(one).isEqualTo(Verdict.UNKNOWN);
        });

        probers.plug();
        pass(Duration.ofSeconds(4));
        assertThat(all)
                .allSatisfy(one -> assertThat(health(one))
                        .isEqualTo(new EndpointHealth(Verdict.HEALTHY, "", false, false, Optional.empty())));
    }

    @Test
    void anEndpointThatFlapsIsHeldAsUnhealthyAndShownUntilItIsQuiet() {
        probe("{tcp: {}, interval: 1s, intervalJitter: 1ms, unhealthyThreshold: 1, healthyThreshold: 1}");
        register(ONE);
        pass(Duration.ofSeconds(1));
        for (int i = 0; i < 2; i++) {
            probers.down(ONE);
            pass(Duration.ofSeconds(1));
            probers.up(ONE);
            pass(Duration.ofSeconds(1));
        }
        pass(Duration.ofSeconds(1));
        assertThat(health(ONE).verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(health(ONE).flapping()).isTrue();
        assertThat(health(ONE).reason()).startsWith("flapping");
        assertThat(probes.flapping()).isEqualTo(1);

        pass(Duration.ofSeconds(31));
        assertThat(health(ONE)).isEqualTo(new EndpointHealth(Verdict.HEALTHY, "", false, false, Optional.empty()));
        assertThat(probes.flapping()).isZero();
    }

    @Test
    void noMoreProbesAreUnderWayToOneHostThanItsServiceSays() {
        probe("{tcp: {}, interval: 1s, maxPerHost: 3}");
        askers.hold();
        IntStream.rangeClosed(1, 20).forEach(i -> register("10.0.4.1:" + (8_000 + i)));
        register(TWO);
        pass(Duration.ofSeconds(5));

        assertThat(askers.held()).isEqualTo(4);
        assertThat(probes.underWay()).isEqualTo(4);
        askers.doOne();
        agenda.settle();
        assertThat(askers.held()).isEqualTo(4);
    }

    @Test
    void aProberThatFailsDecidesNothingAndIsAskedAgain() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1}");
        probers.breaks(ONE);
        register(ONE);
        pass(Duration.ofSeconds(10));

        assertThat(probers.times(ONE)).hasSizeGreaterThan(5);
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNKNOWN);
        assertThat(lastProbe(ONE).outcome()).isEqualTo(ProbeStatus.Outcome.NOT_ASKED);
    }

    @Test
    void theStatusTellsOfTheLastProbeAndHowManyEndedLikeIt() {
        probe("{tcp: {}, interval: 10s, intervalJitter: 1ms}");
        probers.down(ONE);
        register(ONE);
        pass(Duration.ofSeconds(11));

        ProbeStatus.LastProbe last = lastProbe(ONE);
        assertThat(last.outcome()).isEqualTo(ProbeStatus.Outcome.FAILED);
        assertThat(last.reason()).isEqualTo("refused");
        assertThat(last.inARow()).isEqualTo(2);
        assertThat(last.at()).isBetween(NOON.plusSeconds(10), NOON.plusSeconds(11));
    }
}
