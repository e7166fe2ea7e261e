package io.chancery.redis;

import static io.chancery.redis.TestingMasters.A;
import static io.chancery.redis.TestingMasters.B;
import static io.chancery.redis.TestingMasters.C;
import static io.chancery.redis.TestingMasters.master;
import static io.chancery.redis.TestingMasters.replica;
import static io.chancery.redis.TestingMasters.silent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.manifest.spec.HostName;
import io.chancery.redis.Election.Finding;
import io.chancery.registry.EndpointRegistry;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MasterWatchTest {

    private static final HostName SENTINEL = HostName.parse("10.0.0.9:26379");
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String OFTEN = ", \"interval\": \"100ms\"";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry registry = new EndpointRegistry(store, 100, meters);
    private final ManifestRegistry manifests = new ManifestRegistry(
            store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService agenda = Executors.newSingleThreadScheduledExecutor();
    private final TestingLinks links = new TestingLinks();
    private final List<MasterSwitch> switches = new CopyOnWriteArrayList<>();
    private final RedisMetrics metrics = new RedisMetrics(
            meters,
            new RedisMasters(
                    new RedisMasters.Sources(manifests, registry, new MasterLedger(store)),
                    _ -> links,
                    new RedisMasters.Threads(workers, agenda),
                    InstantSource.system(),
                    meters));

    @AfterEach
    void close() {
        agenda.shutdownNow();
        workers.shutdownNow();
        manifests.close();
        registry.close();
        store.close();
    }

    private MasterWatch start(String more) {
        MasterWatch watch = new MasterWatch(
                TestingMasters.watched(more),
                registry,
                links,
                new MasterWatch.Surroundings(
                        workers, agenda, InstantSource.system(), metrics, new MasterLedger(store), switches::add));
        watch.start();
        return watch;
    }

    private static void awaitElection(MasterWatch watch, HostName master, Finding finding) {
        await(master + " " + finding)
                .atMost(SOON)
                .until(() -> watch.view().election().equals(new Election(Optional.of(master), finding)));
    }

    @Test
    void aSwitchIsToldWithTheRevisionFromWhichOnEnvoysHaveIt() {
        links.say(A, master(A)).say(B, replica(B)).say(C, replica(C));
        try (MasterWatch watch = start(OFTEN)) {
            awaitElection(watch, A, Finding.SOUND);
            links.say(B, master(B)).say(A, replica(A));
            awaitElection(watch, B, Finding.SOUND);

            await("both switches").atMost(SOON).until(() -> switches.size() == 2);
            assertThat(switches.getFirst().from()).isEmpty();
            assertThat(switches.getLast().from()).contains(A);
            assertThat(switches.getLast().to()).isEqualTo(B);
            assertThat(switches.getLast().revision())
                    .isEqualTo(registry.view()
                            .service(watch.watched().master())
                            .orElseThrow()
                            .revision());
            assertThat(Roster.master(watch.watched(), registry.view())).contains(B);
        }
    }

    @Test
    void aNodeThatIsStillBeingAskedKeepsNoSentinelFromBeingBelieved() {
        String sentinels = OFTEN + ", \"sentinels\": \"10.0.0.9:26379\", \"masterName\": \"mymaster\"";
        links.say(A, master(A)).say(B, replica(B)).say(SENTINEL, new SentinelReading.Named("10.0.0.1", 6379, 1));
        try (MasterWatch watch = start(sentinels)) {
            awaitElection(watch, A, Finding.SOUND);

            links.say(A, silent()).say(B, master(B)).say(SENTINEL, new SentinelReading.Named("10.0.0.2", 6379, 2));
            links.announce(SENTINEL);

            awaitElection(watch, B, Finding.SOUND);
            assertThat(watch.view().nodes().getLast().role()).isEqualTo(Role.UNKNOWN);
        }
    }

    @Test
    void aFormerMasterThatIsAReplicaIsToldOnceToCloseItsClientsConnections() {
        links.say(A, master(A)).say(B, replica(B)).say(C, replica(C));
        try (MasterWatch watch = start(OFTEN)) {
            awaitElection(watch, A, Finding.SOUND);
            links.say(B, master(B)).say(A, replica(A));
            awaitElection(watch, B, Finding.SOUND);

            await("the closing").atMost(SOON).until(() -> links.closings(A) == 1);
            assertThat(links.closings(B)).isZero();
        }
    }

    @Test
    void aFormerMasterThatDoesNotKnowItIsToldUntilEnvoysAreSureToHaveTheNext() {
        String sentinels = OFTEN + ", \"sentinels\": \"10.0.0.9:26379\", \"masterName\": \"mymaster\"";
        links.say(A, master(A)).say(B, replica(B)).say(C, replica(C));
        links.say(SENTINEL, new SentinelReading.Named("10.0.0.1", 6379, 1));
        try (MasterWatch watch = start(sentinels)) {
            awaitElection(watch, A, Finding.SOUND);
            links.say(B, master(B)).say(SENTINEL, new SentinelReading.Named("10.0.0.2", 6379, 2));
            awaitElection(watch, B, Finding.SPLIT_BRAIN);

            await("all closings").atMost(SOON).until(() -> links.closings(A) == 3);
        }
    }

    @Test
    void nobodyIsToldWhereTheOperatorForbidsIt() {
        links.say(A, master(A)).say(B, replica(B)).say(C, replica(C));
        try (MasterWatch watch = start(OFTEN + ", \"closeClients\": false")) {
            awaitElection(watch, A, Finding.SOUND);
            links.say(B, master(B)).say(A, replica(A));
            awaitElection(watch, B, Finding.SOUND);
            await("the switch").atMost(SOON).until(() -> switches.size() == 2);

            assertThat(links.closings(A)).isZero();
        }
    }
}
