package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointProbe;
import io.chancery.model.HostPort;
import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegistrationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is probed when. */
class ProbesTest extends TestingProbes {

    @Test
    void aNewEndpointIsProbedWithinASecondAndItsFirstPassMakesItHealthy() {
        probe("{tcp: {}}");
        register(ONE);
        pass(Duration.ofSeconds(1));

        assertThat(probers.times(ONE)).hasSize(1);
        assertThat(health(ONE)).isEqualTo(new EndpointHealth(Verdict.HEALTHY, "", false, false, Optional.empty()));
    }

    @Test
    void anEndpointIsUnhealthyAfterThreeFailuresAndHealthyAfterTwoPasses() {
        probe("{tcp: {}, interval: 10s, intervalJitter: 1ms}");
        register(ONE);
        pass(Duration.ofSeconds(11));
        probers.down(ONE);
        pass(Duration.ofSeconds(20));
        assertThat(verdict(ONE)).isEqualTo(Verdict.HEALTHY);
        pass(Duration.ofSeconds(10));
        assertThat(health(ONE))
                .isEqualTo(new EndpointHealth(
                        Verdict.UNHEALTHY, "failed 3 times in a row: refused", false, false, Optional.empty()));

        probers.up(ONE);
        pass(Duration.ofSeconds(10));
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNHEALTHY);
        pass(Duration.ofSeconds(10));
        assertThat(health(ONE)).isEqualTo(new EndpointHealth(Verdict.HEALTHY, "", false, false, Optional.empty()));
        assertThat(written).hasSize(3);
    }

    @Test
    void itIsProbedAtItsIntervalWithItsJitterAndAtAnotherWhileItIsUnhealthy() {
        probe("{tcp: {}, interval: 10s, intervalJitter: 4s, unhealthyInterval: 1s, unhealthyThreshold: 1}");
        register(ONE);
        pass(Duration.ofMinutes(10));
        List<Duration> gaps = gaps(probers.times(ONE));
        assertThat(gaps)
                .hasSizeBetween(42, 60)
                .allSatisfy(gap -> assertThat(gap).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(14)));
        assertThat(gaps.stream().distinct().count()).isGreaterThan(30);

        probers.down(ONE);
        pass(Duration.ofSeconds(14));
        probers.asked();
        pass(Duration.ofMinutes(1));
        assertThat(gaps(probers.times(ONE)))
                .allSatisfy(gap -> assertThat(gap).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5)));
    }

    @Test
    void withoutAJitterTheIntervalsAreUpToATenthLonger() {
        probe("{tcp: {}, interval: 10s}");
        register(ONE);
        pass(Duration.ofMinutes(10));

        assertThat(gaps(probers.times(ONE)))
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11)));
    }

    @Test
    void manyNewEndpointsAreNotProbedAllAtOnce() {
        probe("{tcp: {}}");
        List<RegistrationRequest> all = new ArrayList<>();
        IntStream.rangeClosed(1, 200)
                .forEach(i -> all.add(
                        new RegistrationRequest.Register(CART, Endpoint.of(HostPort.parse("10.0.1." + i + ":80")))));
        registry.applyBatch(all);
        pass(Duration.ofMillis(500));
        assertThat(probers.asked()).hasSizeBetween(50, 150);
        pass(Duration.ofMillis(500));
        assertThat(probers.asked()).hasSizeBetween(50, 150);
    }

    @Test
    void whatLeavesIsNotProbedAnyMoreAndComesBackAsUnknown() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1}");
        probers.down(ONE);
        register(ONE);
        pass(Duration.ofSeconds(2));
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNHEALTHY);

        registry.deregister(CART, new EndpointId(ONE), Precondition.NONE);
        agenda.settle();
        probers.asked();
        pass(Duration.ofSeconds(10));
        assertThat(probers.asked()).isEmpty();
        assertThat(agenda.size()).isZero();
        assertThat(probes.status(CART, new EndpointId(ONE))).isEmpty();

        probers.up(ONE);
        register(ONE);
        pass(Duration.ofSeconds(1));
        assertThat(verdict(ONE)).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void whatLeavesAndIsBackBeforeThatIsNoticedBeginsAnew() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1}");
        probers.down(ONE);
        register(ONE);
        pass(Duration.ofSeconds(2));
        probers.up(ONE);

        registry.deregister(CART, new EndpointId(ONE), Precondition.NONE);
        register(ONE);
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNKNOWN);
        pass(Duration.ofMillis(1_500));

        assertThat(verdict(ONE)).as("after one pass").isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void anEndpointThatMovesIsProbedAtItsNewAddressOnlyAndBeginsAnew() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1}");
        probers.down(ONE);
        register("web-1", ONE, EndpointProbe.SAME);
        pass(Duration.ofSeconds(2));
        assertThat(verdict("web-1")).isEqualTo(Verdict.UNHEALTHY);

        register("web-1", TWO, EndpointProbe.SAME);
        agenda.settle();
        probers.asked();
        pass(Duration.ofMillis(1_100));

        assertThat(probers.times(ONE)).isEmpty();
        assertThat(probers.times(TWO)).isNotEmpty();
        assertThat(verdict("web-1")).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void aVerdictOnAFormerAddressThatWasWrittenInTheLastMomentDoesNotStay() {
        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 1, healthyThreshold: 3}");
        probers.down(ONE);
        writer.hold();
        register("web-1", ONE, EndpointProbe.SAME);
        pass(Duration.ofSeconds(2));
        register("web-1", TWO, EndpointProbe.SAME);
        writer.release();
        pass(Duration.ofSeconds(6));

        assertThat(verdict("web-1")).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void anEndpointMayBeProbedElsewhereOrNotAtAll() {
        probe("{http: {path: /healthz}}");
        register(
                "own",
                ONE,
                new EndpointProbe(false, Optional.of(9_000), Optional.of("own.example"), Optional.of("/own")));
        register("none", TWO, new EndpointProbe(true, Optional.empty(), Optional.empty(), Optional.empty()));
        pass(Duration.ofSeconds(30));

        assertThat(probers.asked())
                .isNotEmpty()
                .allSatisfy(asked -> assertThat(asked.target())
                        .isEqualTo(new ProbeTarget(
                                HostPort.parse("10.0.0.1:9000"), Optional.of("own.example"), Optional.of("/own"))));
        assertThat(probes.status(CART, new EndpointId("none"))).isEmpty();
    }

    @Test
    void anEndpointWhoseProbesAreDisabledIsUnknownAgain() {
        probe("{tcp: {}, unhealthyThreshold: 1}");
        probers.down(ONE);
        register("web-1", ONE, EndpointProbe.SAME);
        pass(Duration.ofSeconds(1));
        assertThat(verdict("web-1")).isEqualTo(Verdict.UNHEALTHY);

        register("web-1", ONE, new EndpointProbe(true, Optional.empty(), Optional.empty(), Optional.empty()));
        agenda.settle();
        assertThat(health("web-1")).isEqualTo(EndpointHealth.NOTHING);
    }

    @Test
    void aServiceWhoseProbeIsTakenAwayHasEndpointsOfWhichNothingIsKnown() {
        probe("{tcp: {}, unhealthyThreshold: 1}");
        probers.down(ONE);
        register(ONE);
        register(TWO);
        pass(Duration.ofSeconds(1));
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNHEALTHY);
        assertThat(verdict(TWO)).isEqualTo(Verdict.HEALTHY);

        apply(new Change.Delete(new ManifestKey(ManifestKind.SERVICE, "cart"), Precondition.NONE));
        agenda.settle();

        assertThat(health(ONE)).isEqualTo(EndpointHealth.NOTHING);
        assertThat(health(TWO)).isEqualTo(EndpointHealth.NOTHING);
        assertThat(agenda.size()).isZero();
    }

    @Test
    void aProbeThatIsDeclaredForAServiceThatIsThereBeginsWithinASecond() {
        register(ONE);
        pass(Duration.ofSeconds(5));
        assertThat(probers.asked()).isEmpty();

        probe("{tcp: {}}");
        pass(Duration.ofSeconds(1));
        assertThat(verdict(ONE)).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void aProbeThatIsDeclaredOtherwiseCountsAtOnceAndTheVerdictStays() {
        probe("{tcp: {}, interval: 1h}");
        register(ONE);
        pass(Duration.ofSeconds(1));
        probers.asked();

        probe("{tcp: {}, interval: 1s, unhealthyThreshold: 2}");
        probers.down(ONE);
        agenda.settle();
        assertThat(verdict(ONE)).isEqualTo(Verdict.HEALTHY);
        pass(Duration.ofSeconds(3));
        assertThat(probers.times(ONE)).hasSizeBetween(2, 3);
        assertThat(verdict(ONE)).isEqualTo(Verdict.UNHEALTHY);
    }
}
