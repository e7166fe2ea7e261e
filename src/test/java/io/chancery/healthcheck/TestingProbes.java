package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
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
import tools.jackson.databind.json.JsonMapper;

/** Probes whose time, threads and network are the test's, over a real registry and real manifests in memory. */
abstract class TestingProbes {

    static final ServiceName CART = new ServiceName("cart");
    static final JsonMapper JSON = new JsonMapper();
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final String ONE = "10.0.0.1:80";
    static final String TWO = "10.0.0.2:80";

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Store store = Stores.inMemory(InstantSource.system(), meters);
    final EndpointRegistry registry = new EndpointRegistry(store, 1_000, meters);
    final ManifestRegistry manifests = new ManifestRegistry(
            store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
    final HealthLedger ledger = new HealthLedger(registry);

    final TestingProbers probers = new TestingProbers(this::nanos);
    final TestingWorker askers = new TestingWorker();
    final TestingWorker writer = new TestingWorker();
    final List<List<VerdictReport>> written = new ArrayList<>();
    boolean storeIsDown;
    int largest = Integer.MAX_VALUE;

    TestingAgenda agenda = new TestingAgenda();
    Probes probes = probes();

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

    Probes probes() {
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

    void write(List<VerdictReport> reports) {
        if (reports.size() > largest) {
            throw new IllegalStateException("too much for one transaction");
        }
        if (storeIsDown) {
            throw new IllegalStateException("the disk is full");
        }
        written.add(reports);
        ledger.report(reports);
    }

    ProbeStatus.LastProbe lastProbe(String id) {
        return probes.status(CART, new EndpointId(id))
                .flatMap(ProbeStatus::last)
                .orElseThrow();
    }

    void restart() {
        probes.close();
        agenda = new TestingAgenda();
        probes = probes();
        probes.start();
        agenda.settle();
    }

    long nanos() {
        return agenda.nanos();
    }

    void pass(Duration time) {
        agenda.pass(time);
    }

    static List<Duration> gaps(List<Duration> times) {
        return IntStream.range(1, times.size())
                .mapToObj(i -> times.get(i).minus(times.get(i - 1)))
                .toList();
    }

    /** Declares how the service {@code cart} is probed. */
    void probe(String probe) {
        apply(put("{kind: Service, name: cart, spec: {probe: " + probe + "}}"));
    }

    static Change put(String yaml) {
        return switch (Documents.read(
                0, JSON.readTree(TestingDocuments.ofYaml(yaml).getFirst()))) {
            case DocumentResult.Read(Change change) -> change;
            case DocumentResult.Faulty faulty -> throw new AssertionError(faulty);
        };
    }

    void apply(Change change) {
        assertThat(manifests.apply(List.of(change), "test")).isInstanceOf(ApplyResult.Applied.class);
    }

    void register(String address) {
        register(address, address, EndpointProbe.SAME);
    }

    void register(String id, String address, EndpointProbe probe) {
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

    EndpointHealth health(String id) {
        return registry.view()
                .service(CART)
                .map(service -> service.endpoints().get(new EndpointId(id)))
                .orElseThrow()
                .health();
    }

    Verdict verdict(String id) {
        return health(id).verdict();
    }
}
