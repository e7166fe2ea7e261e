package io.chancery.redis;

import static io.chancery.redis.TestingMasters.A;
import static io.chancery.redis.TestingMasters.B;
import static io.chancery.redis.TestingMasters.C;
import static io.chancery.redis.TestingMasters.master;
import static io.chancery.redis.TestingMasters.replica;
import static io.chancery.redis.TestingMasters.silent;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HostName;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistrationRequest;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RosterTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final ServiceName MASTER = new ServiceName("orders-master");
    private static final ServiceName REPLICAS = new ServiceName("orders-replicas");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry registry = new EndpointRegistry(store, 100, meters);

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    private static MasterState state(Watched watched, RoleReading a, RoleReading b, RoleReading c) {
        return MasterState.initial(watched.spec(), Optional.empty(), T0)
                .heard(A, a, T0)
                .heard(B, b, T0)
                .heard(C, c, T0);
    }

    private List<RegistrationRequest> apply(Watched watched, MasterState state, HostName master) {
        List<RegistrationRequest> changes = Roster.changes(watched, state, Optional.of(master), registry.view(), T0);
        registry.applyBatch(changes);
        return changes;
    }

    /** By id: the address, the priority where it is not the first, and whether it takes new connections. */
    private Map<String, String> registered(ServiceName service) {
        Map<String, String> all = new TreeMap<>();
        registry.view()
                .service(service)
                .ifPresent(view -> view.endpoints()
                        .forEach((id, one) -> all.put(
                                id.value(),
                                one.endpoint().target()
                                        + (one.endpoint().priority() > 0 ? " later" : "")
                                        + (one.endpoint().state() == EndpointState.DRAINING ? " leaving" : ""))));
        return all;
    }

    @Test
    void theMasterAndTheReplicasAreRegisteredAtOnceAndNothingIsDoneTwice() {
        Watched watched = TestingMasters.watched("");
        MasterState state = state(watched, master(A), replica(B), replica(C));

        apply(watched, state, A);

        assertThat(registered(MASTER)).isEqualTo(Map.of("10.0.0.1:6379", "10.0.0.1:6379"));
        assertThat(registered(REPLICAS))
                .isEqualTo(Map.of(
                        "10.0.0.1:6379", "10.0.0.1:6379 later",
                        "10.0.0.2:6379", "10.0.0.2:6379",
                        "10.0.0.3:6379", "10.0.0.3:6379"));
        assertThat(Roster.master(watched, registry.view())).contains(A);
        assertThat(apply(watched, state, A)).isEmpty();
    }

    @Test
    void aFormerMasterTakesNoNewConnectionsAndStaysAWhileInTheSameTransaction() {
        Watched watched = TestingMasters.watched("");
        apply(watched, state(watched, master(A), replica(B), replica(C)), A);
        long before = registry.view().revision().value();

        apply(watched, state(watched, replica(A), master(B), replica(C)), B);

        assertThat(registry.view().revision().value()).isEqualTo(before + 1);
        assertThat(registered(MASTER))
                .isEqualTo(Map.of("10.0.0.1:6379", "10.0.0.1:6379 leaving", "10.0.0.2:6379", "10.0.0.2:6379"));
        assertThat(Objects.requireNonNull(registry.view()
                                .service(MASTER)
                                .orElseThrow()
                                .endpoints()
                                .get(Watched.id(A)))
                        .endpoint()
                        .departure()
                        .orElseThrow()
                        .grace())
                .isEqualTo(Roster.GRACE);
        assertThat(registered(REPLICAS))
                .containsEntry("10.0.0.1:6379", "10.0.0.1:6379")
                .containsEntry("10.0.0.2:6379", "10.0.0.2:6379 later");
        assertThat(Roster.master(watched, registry.view())).contains(B);
    }

    @Test
    void aMasterThatComesBackWhileItLeavesStays() {
        Watched watched = TestingMasters.watched("");
        apply(watched, state(watched, master(A), replica(B), replica(C)), A);
        apply(watched, state(watched, replica(A), master(B), replica(C)), B);

        apply(watched, state(watched, master(A), replica(B), replica(C)), A);

        assertThat(registered(MASTER))
                .isEqualTo(Map.of("10.0.0.1:6379", "10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.2:6379 leaving"));
    }

    @Test
    void silenceTakesNobodyAway() {
        Watched watched = TestingMasters.watched("");
        MasterState known = state(watched, master(A), replica(B), replica(C));
        apply(watched, known, A);

        assertThat(apply(
                        watched,
                        known.heard(A, silent(), T0).heard(B, silent(), T0).heard(C, silent(), T0),
                        A))
                .isEmpty();
        assertThat(apply(watched, state(watched, silent(), silent(), silent()), A))
                .isEmpty();
    }

    @Test
    void whoSaysThatItIsTheMasterAndIsNotIsReadFromByNobody() {
        Watched watched = TestingMasters.watched("");
        apply(watched, state(watched, master(A), replica(B), replica(C)), A);

        apply(watched, state(watched, master(A), master(B), replica(C)), A);

        assertThat(registered(REPLICAS)).containsOnlyKeys("10.0.0.1:6379", "10.0.0.3:6379");
    }

    @Test
    void theMasterIsReadFromAsTheManifestSays() {
        Watched never = TestingMasters.watched(", \"readsFromMaster\": \"never\"");
        apply(never, state(never, master(A), replica(B), replica(C)), A);
        assertThat(registered(REPLICAS)).containsOnlyKeys("10.0.0.2:6379", "10.0.0.3:6379");

        Watched always = TestingMasters.watched(", \"readsFromMaster\": \"always\"");
        apply(always, state(always, master(A), replica(B), replica(C)), A);
        assertThat(registered(REPLICAS)).containsEntry("10.0.0.1:6379", "10.0.0.1:6379");
    }

    @Test
    void addressesThatAreAnnouncedAreWhatEnvoysGet() {
        Watched watched = TestingMasters.watched(", \"announce\": [\"192.0.2.1\", \"192.0.2.2:7000\", \"192.0.2.3\"]");

        apply(watched, state(watched, replica(A), master(B), replica(C)), B);

        assertThat(registered(MASTER)).isEqualTo(Map.of("10.0.0.2:6379", "192.0.2.2:7000"));
        assertThat(registered(REPLICAS)).containsEntry("10.0.0.1:6379", "192.0.2.1:6379");
    }

    @Test
    void whatIsRegisteredOfNodesThatAreGoneFromTheManifestGoes() {
        Watched watched = TestingMasters.watched("");
        apply(watched, state(watched, master(A), replica(B), replica(C)), A);
        registry.applyBatch(
                List.of(new RegistrationRequest.Register(REPLICAS, Endpoint.of(HostPort.parse("10.0.0.4:6379")))));

        apply(watched, state(watched, master(A), replica(B), replica(C)), A);

        assertThat(registered(REPLICAS)).doesNotContainKey("10.0.0.4:6379");
    }

    @Test
    void removalTakesAllOfIt() {
        Watched watched = TestingMasters.watched("");
        apply(watched, state(watched, master(A), replica(B), replica(C)), A);

        registry.applyBatch(Roster.removal(watched, registry.view()));

        assertThat(registered(MASTER)).isEmpty();
        assertThat(registered(REPLICAS)).isEmpty();
    }
}
