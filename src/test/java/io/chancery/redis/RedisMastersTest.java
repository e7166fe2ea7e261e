package io.chancery.redis;

import static io.chancery.redis.TestingMasters.A;
import static io.chancery.redis.TestingMasters.B;
import static io.chancery.redis.TestingMasters.C;
import static io.chancery.redis.TestingMasters.master;
import static io.chancery.redis.TestingMasters.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.redis.Election.Finding;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is known of Redis masters before they are watched, and after the process that watched them has ended. */
class RedisMastersTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final ServiceName MASTER = new ServiceName("orders-master");
    private static final ServiceName REPLICAS = new ServiceName("orders-replicas");
    private static final String OFTEN = ", \"interval\": \"100ms\"";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry registry = new EndpointRegistry(store, 100, meters);
    private final ManifestRegistry manifests = new ManifestRegistry(
            store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
    private final TestingLinks links =
            new TestingLinks().say(A, master(A)).say(B, replica(B)).say(C, replica(C));

    @AfterEach
    void close() {
        manifests.close();
        registry.close();
        store.close();
    }

    /** As after a start of the process. */
    private RedisMasters masters(ExecutorService workers) {
        RedisMasters masters = new RedisMasters(
                new RedisMasters.Sources(manifests, registry, new MasterLedger(store)),
                _ -> links,
                new RedisMasters.Threads(workers, Executors.newSingleThreadScheduledExecutor()),
                InstantSource.system(),
                new SimpleMeterRegistry());
        masters.start();
        return masters;
    }

    private RedisMasters masters() {
        return masters(Executors.newVirtualThreadPerTaskExecutor());
    }

    private void apply(Change change) {
        assertThat(manifests.apply(List.of(change), "test")).isInstanceOf(ApplyResult.Applied.class);
    }

    private void remove() {
        apply(new Change.Delete(new ManifestKey(ManifestKind.REDIS_MASTER, "orders"), Precondition.NONE));
    }

    private static MasterView orders(RedisMasters masters) {
        return masters.master("orders").orElseThrow();
    }

    private static void awaitMaster(RedisMasters masters, HostName node) {
        await(node + " to be the master and noted as that")
                .atMost(SOON)
                .until(() -> orders(masters).election().equals(new Election(Optional.of(node), Finding.SOUND))
                        && orders(masters)
                                .lastSwitch()
                                .filter(last -> last.to().equals(node))
                                .isPresent());
    }

    private Set<String> registered(ServiceName service) {
        return registry.view().service(service).stream()
                .flatMap(one -> one.endpoints().keySet().stream())
                .map(EndpointId::value)
                .collect(Collectors.toSet());
    }

    @Test
    void aMasterIsShownAsSoonAsItIsDeclared() {
        CountDownLatch held = new CountDownLatch(1);
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try (RedisMasters masters = masters(worker)) {
            worker.execute(() -> {
                try {
                    held.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(masters.master("orders")).isEmpty();

            apply(TestingMasters.declared(""));

            assertThat(orders(masters).election()).isEqualTo(new Election(Optional.empty(), Finding.UNDECIDED));
            assertThat(orders(masters).nodes()).extracting(RoleView::node).containsExactly(A, B, C);
            assertThat(orders(masters).nodes()).extracting(RoleView::role).containsOnly(Role.UNKNOWN);
            assertThat(masters.masters()).containsOnlyKeys("orders");

            remove();
            assertThat(masters.masters()).isEmpty();
        } finally {
            held.countDown();
        }
    }

    @Test
    void theLastSwitchOutlivesTheProcess() {
        apply(TestingMasters.declared(OFTEN));
        PastSwitch last;
        try (RedisMasters masters = masters()) {
            awaitMaster(masters, A);
            links.say(B, master(B)).say(A, replica(A));
            awaitMaster(masters, B);
            last = orders(masters).lastSwitch().orElseThrow();
            await("it to be noted")
                    .atMost(SOON)
                    .until(() -> new MasterLedger(store)
                            .lastSwitch("orders", Optional.of(B))
                            .isPresent());
        }

        try (RedisMasters masters = masters()) {
            assertThat(orders(masters).lastSwitch()).contains(last);
            assertThat(last.from()).contains(A);
        }
    }

    @Test
    void aSwitchThatWasNotNotedIsNotTakenForAnother() {
        MasterLedger ledger = new MasterLedger(store);
        ledger.claim(TestingMasters.watched(""), registry.view());
        ledger.switched(
                "orders",
                new PastSwitch(
                        Optional.empty(), A, Instant.EPOCH, registry.view().revision()));

        assertThat(ledger.lastSwitch("orders", Optional.of(A))).isPresent();
        assertThat(ledger.lastSwitch("orders", Optional.of(B))).isEmpty();
        assertThat(ledger.lastSwitch("orders", Optional.empty())).isEmpty();
        assertThat(ledger.lastSwitch("carts", Optional.of(A))).isEmpty();
    }

    @Test
    void whatIsLeftOfAMasterThatIsGoneIsRemovedAtTheNextStart() {
        apply(TestingMasters.declared(OFTEN));
        try (RedisMasters masters = masters()) {
            awaitMaster(masters, A);
        }
        Endpoint other = Endpoint.of(HostPort.parse("10.9.9.9:6379"));
        registry.register(REPLICAS, other, Precondition.NONE);
        remove();
        assertThat(registered(MASTER)).isNotEmpty();

        try (RedisMasters masters = masters()) {
            assertThat(masters.masters()).isEmpty();
            assertThat(registry.view().service(MASTER)).isEmpty();
            assertThat(registered(REPLICAS)).as("what somebody else registered").containsExactly("10.9.9.9:6379");
            assertThat(new MasterLedger(store).entries()).isEmpty();
        }
    }

    @Test
    void whatSomebodyElseMadeOfANodeStays() {
        apply(TestingMasters.declared(OFTEN));
        try (RedisMasters masters = masters()) {
            awaitMaster(masters, A);
        }
        Endpoint own = Endpoint.of(HostPort.parse(B.toString()));
        Endpoint changed =
                new Endpoint(own.id(), own.target(), 7, own.locality(), 0, Map.of("owner", "somebody"), own.state());
        registry.register(REPLICAS, changed, Precondition.NONE);
        remove();

        try (RedisMasters _ = masters()) {
            assertThat(registered(REPLICAS)).containsExactly(B.toString());
        }
    }

    @Test
    void whatIsLeftUnderAFormerNameIsRemovedAtTheNextStart() {
        apply(TestingMasters.declared(OFTEN));
        try (RedisMasters masters = masters()) {
            awaitMaster(masters, A);
        }
        apply(TestingMasters.declared(OFTEN + ", \"masterService\": \"orders-primary\""));

        try (RedisMasters masters = masters()) {
            assertThat(registry.view().service(MASTER)).isEmpty();
            await("the new name")
                    .atMost(SOON)
                    .until(() -> registered(new ServiceName("orders-primary")).equals(Set.of(A.toString())));
            assertThat(orders(masters).masterService()).isEqualTo("orders-primary");
            assertThat(registered(REPLICAS)).hasSize(3);
        }
    }

    @Test
    void aMasterThatIsTakenBackLeavesNothing() {
        apply(TestingMasters.declared(OFTEN));
        try (RedisMasters masters = masters()) {
            awaitMaster(masters, A);

            remove();

            await("all to be removed")
                    .atMost(SOON)
                    .until(() -> registry.view().service(MASTER).isEmpty()
                            && registry.view().service(REPLICAS).isEmpty()
                            && new MasterLedger(store).entries().isEmpty());
        }
    }
}
