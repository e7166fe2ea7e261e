package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointProbe;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.HealthLedger;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegistrationRequest;
import io.chancery.registry.VerdictReport;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.testing.TestingDocuments;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Who is probed when, and what becomes of it. Time, threads and the network are the test's. */
class ProbesTest {

    private static final ServiceName CART = new ServiceName("cart");
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String ONE = "10.0.0.1:80";
    private static final String TWO = "10.0.0.2:80";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry registry = new EndpointRegistry(store, 1_000, meters);
    private final ManifestRegistry manifests = new ManifestRegistry(
            store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
    private final HealthLedger ledger = new HealthLedger(registry);

    private final TestingProbers probers = new TestingProbers(this::nanos);
    private final TestingWorker askers = new TestingWorker();
    private final TestingWorker writer = new TestingWorker();
    private final List<List<VerdictReport>> written = new ArrayList<>();
    private boolean storeIsDown;
    private int largest = Integer.MAX_VALUE;

    private TestingAgenda agenda = new TestingAgenda();
    private Probes probes = probes();

    @BeforeEach
    void start() {
        probes.start();
    }

    @AfterEach
    void close() {
        probes.close();
        manifests.close();
        registry.close();
        store.close();
    }

    private Probes probes() {
        return new Probes(
                new Probes.Sources(registry, manifests, this::write),
                new Probes.Settings(
                        DeniedNetworks.parse(List.of("169.254.0.0/16")),
                        100,
                        new FlapLimits(3, Duration.ofSeconds(30), Duration.ofMinutes(10))),
                new Probes.Workers(agenda, probers, askers, writer),
                new ProbeRounds.Surroundings(
                        () -> NOON.plusNanos(nanos()),
                        new SplittableRandom(1),
                        new HealthcheckMetrics(new SimpleMeterRegistry())));
    }

    private void write(List<VerdictReport> reports) {
        if (reports.size() > largest) {
            throw new IllegalStateException("too much for one transaction");
        }
        if (storeIsDown) {
            throw new IllegalStateException("the disk is full");
        }
        written.add(reports);
        ledger.report(reports);
    }

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

    private ProbeStatus.LastProbe lastProbe(String id) {
        return probes.status(CART, new EndpointId(id))
                .flatMap(ProbeStatus::last)
                .orElseThrow();
    }

    private void restart() {
        probes.close();
        agenda = new TestingAgenda();
        probes = probes();
        probes.start();
        agenda.settle();
    }

    private long nanos() {
        return agenda.nanos();
    }

    private void pass(Duration time) {
        agenda.pass(time);
    }

    private static List<Duration> gaps(List<Duration> times) {
        return IntStream.range(1, times.size())
                .mapToObj(i -> times.get(i).minus(times.get(i - 1)))
                .toList();
    }

    /** Declares how the service {@code cart} is probed. */
    private void probe(String probe) {
        apply(put("{kind: Service, name: cart, spec: {probe: " + probe + "}}"));
    }

    private static Change put(String yaml) {
        return switch (Documents.read(
                0, JSON.readTree(TestingDocuments.ofYaml(yaml).getFirst()))) {
            case DocumentResult.Read(Change change) -> change;
            case DocumentResult.Faulty faulty -> throw new AssertionError(faulty);
        };
    }

    private void apply(Change change) {
        assertThat(manifests.apply(List.of(change), "test")).isInstanceOf(ApplyResult.Applied.class);
    }

    private void register(String address) {
        register(address, address, EndpointProbe.SAME);
    }

    private void register(String id, String address, EndpointProbe probe) {
        Endpoint plain = Endpoint.of(HostPort.parse(address));
        registry.register(
                CART,
                new Endpoint(
                        new EndpointId(id),
                        plain.target(),
                        plain.weight(),
                        plain.locality(),
                        plain.priority(),
                        plain.metadata(),
                        plain.state(),
                        Optional.empty(),
                        Optional.empty(),
                        probe),
                Precondition.NONE);
    }

    private EndpointHealth health(String id) {
        return registry.view()
                .service(CART)
                .map(service -> service.endpoints().get(new EndpointId(id)))
                .orElseThrow()
                .health();
    }

    private Verdict verdict(String id) {
        return health(id).verdict();
    }
}
