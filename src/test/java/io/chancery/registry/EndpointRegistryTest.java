package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegisterResult.Added;
import io.chancery.registry.RegisterResult.Full;
import io.chancery.registry.RegisterResult.PreconditionFailed;
import io.chancery.registry.RegisterResult.Unchanged;
import io.chancery.registry.RegisterResult.Updated;
import io.chancery.store.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndpointRegistryTest {

    private static final ServiceName CART = new ServiceName("cart");
    private static final Endpoint FIRST = Endpoint.of(HostPort.parse("10.0.0.1:8080"));
    private static final Endpoint SECOND = Endpoint.of(HostPort.parse("10.0.0.2:8080"));
    private static final Endpoint THIRD = Endpoint.of(HostPort.parse("10.0.0.3:8080"));

    private final TestingStore store = new TestingStore();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final EndpointRegistry registry = new EndpointRegistry(store, 2, meters);

    @Test
    void registeringTwiceSpendsOneRevision() {
        assertThat(register(FIRST)).isEqualTo(new Added(new Revision(1)));
        assertThat(register(FIRST)).isEqualTo(new Unchanged(new Revision(1)));
        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
        assertThat(ids()).containsExactly("10.0.0.1:8080");
    }

    @Test
    void otherAttributesReplaceThoseThatWereThere() {
        register(FIRST);

        assertThat(register(heavier(FIRST))).isEqualTo(new Updated(new Revision(2)));
        assertThat(cart().endpoints().values())
                .containsExactly(new RegisteredEndpoint(heavier(FIRST), new Revision(2)));
        assertThat(registry.view().endpointCount()).isEqualTo(1);
    }

    @Test
    void aPreconditionThatDoesNotHoldChangesNothing() {
        register(FIRST);

        assertThat(registry.register(CART, heavier(FIRST), new Precondition.At(new Revision(7))))
                .isEqualTo(new PreconditionFailed(new Revision(1)));
        assertThat(registry.register(CART, heavier(FIRST), new Precondition.Absent()))
                .isEqualTo(new PreconditionFailed(new Revision(1)));
        assertThat(registry.register(CART, SECOND, new Precondition.Present()))
                .isEqualTo(new PreconditionFailed(Revision.ZERO));
        assertThat(registry.deregister(CART, FIRST.id(), new Precondition.At(new Revision(7))))
                .isEqualTo(new DeregisterResult.PreconditionFailed(new Revision(1)));
        assertThat(registry.deregister(CART, SECOND.id(), new Precondition.Present()))
                .isEqualTo(new DeregisterResult.PreconditionFailed(Revision.ZERO));
        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void aPreconditionIsHeldAgainstWhoeverIsFasterToo() {
        register(FIRST);
        store.beforeNextCommit(() -> register(heavier(FIRST)));

        assertThat(registry.register(CART, drained(FIRST), new Precondition.At(new Revision(1))))
                .isEqualTo(new PreconditionFailed(new Revision(2)));
    }

    @Test
    void whoMindsNothingWinsOverWhoeverIsFaster() {
        register(FIRST);
        store.beforeNextCommit(() -> register(heavier(FIRST)));

        assertThat(register(drained(FIRST))).isEqualTo(new Updated(new Revision(3)));
        assertThat(cart().endpoints().get(FIRST.id()))
                .isEqualTo(new RegisteredEndpoint(drained(FIRST), new Revision(3)));
    }

    @Test
    void aFullServiceIsRefusedWithItsLimitAndOthersAreNot() {
        register(FIRST);
        register(SECOND);

        assertThat(register(THIRD)).isEqualTo(new Full(2));
        assertThat(register(heavier(FIRST))).isInstanceOf(Updated.class);
        assertThat(registry.register(new ServiceName("other"), THIRD, Precondition.NONE))
                .isInstanceOf(Added.class);
    }

    @Test
    void aServiceStaysWhenItsLastEndpointLeaves() {
        register(FIRST);

        assertThat(deregister(FIRST)).isEqualTo(new DeregisterResult.Removed(new Revision(2)));
        assertThat(deregister(FIRST)).isEqualTo(new DeregisterResult.NotFound());
        assertThat(cart().endpoints()).isEmpty();
        assertThat(registry.view().endpointCount()).isZero();
    }

    @Test
    void aServiceThatWasRemovedWhileAnEndpointCameStaysNoLess() {
        register(FIRST);
        deregister(FIRST);
        store.beforeNextCommit(() -> register(SECOND));
        registry.removeService(CART);

        assertThat(ids()).containsExactly("10.0.0.2:8080");
        deregister(SECOND);
        assertThat(registry.view().service(CART)).isPresent();
    }

    @Test
    void aServiceIsRemovedOnlyWhenItIsEmpty() {
        assertThat(registry.removeService(CART)).isEqualTo(new RemoveServiceResult.NotFound());
        register(FIRST);
        assertThat(registry.removeService(CART)).isEqualTo(new RemoveServiceResult.InUse(1));
        deregister(FIRST);
        assertThat(registry.removeService(CART)).isEqualTo(new RemoveServiceResult.Removed(new Revision(3)));
        assertThat(registry.view().services()).isEmpty();
    }

    @Test
    void aBatchIsOneRevisionAndCountsWhatItChanged() {
        register(FIRST);

        assertThat(registry.applyBatch(List.of(wish(FIRST), wish(SECOND), gone(THIRD))))
                .isEqualTo(new BatchResult.Applied(new Revision(2), 1, 2));
        assertThat(registry.applyBatch(List.of(wish(FIRST), gone(THIRD))))
                .isEqualTo(new BatchResult.Applied(new Revision(2), 0, 2));
        assertThat(ids()).containsExactly("10.0.0.1:8080", "10.0.0.2:8080");
    }

    @Test
    void aBatchHoldsAsAWholeWhoeverIsFaster() {
        register(FIRST);
        store.beforeNextCommit(() -> deregister(FIRST));

        assertThat(registry.applyBatch(List.of(wish(FIRST), wish(SECOND))))
                .isEqualTo(new BatchResult.Applied(new Revision(3), 2, 0));
        assertThat(ids()).containsExactly("10.0.0.1:8080", "10.0.0.2:8080");
    }

    @Test
    void aBatchThatOverfillsAServiceChangesNothing() {
        assertThat(registry.applyBatch(List.of(wish(FIRST), wish(SECOND), wish(THIRD))))
                .isEqualTo(new BatchResult.Full(CART, 2));
        assertThat(registry.view().revision()).isEqualTo(Revision.ZERO);
    }

    @Test
    void aBatchMaySwapOneEndpointForAnotherInAFullService() {
        registry.applyBatch(List.of(wish(FIRST), wish(SECOND)));

        assertThat(registry.applyBatch(List.of(wish(THIRD), gone(FIRST)))).isInstanceOf(BatchResult.Applied.class);
        assertThat(ids()).containsExactly("10.0.0.2:8080", "10.0.0.3:8080");
    }

    @Test
    void aBatchNamesAnEndpointOnlyOnce() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> registry.applyBatch(List.of(wish(FIRST), gone(FIRST))));
    }

    @Test
    void whatTheStoreHoldsIsThereAfterARestart() {
        Endpoint full = new Endpoint(
                new EndpointId("a"),
                HostPort.parse("[::1]:80"),
                7,
                new Locality("eu", "a", "a1"),
                3,
                Map.of("k", "v"),
                EndpointState.DRAINING);
        register(full);
        register(FIRST);
        registry.removeService(CART);

        EndpointRegistry restarted = new EndpointRegistry(store, 2, new SimpleMeterRegistry());

        assertThat(restarted.view()).isEqualTo(registry.view());
    }

    @Test
    void aValueThatCannotBeReadStopsTheStartAndNamesItsKey() {
        TestingStore damaged = new TestingStore();
        damaged.put("registry/endpoint/cart/a", (byte) 1, (byte) '{');
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> new EndpointRegistry(damaged, 2, new SimpleMeterRegistry()))
                .withMessageContaining("registry/endpoint/cart/a");
    }

    @Test
    void aValueOfANewerFormatStopsTheStart() {
        TestingStore newer = new TestingStore();
        newer.put("registry/endpoint/cart/a", (byte) 2, (byte) '{', (byte) '}');
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> new EndpointRegistry(newer, 2, new SimpleMeterRegistry()));
    }

    @Test
    void keysOfOtherModulesAreNoneOfOurs() {
        store.put("manifest/x", (byte) 1);

        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
        assertThat(registry.view().services()).isEmpty();
    }

    @Test
    void listenersAreToldWhichServicesChanged() {
        List<Set<ServiceName>> told = new ArrayList<>();
        registry.addListener((view, services) -> {
            assertThat(view).isSameAs(registry.view());
            told.add(services);
        });
        register(FIRST);
        register(FIRST);
        store.put("manifest/x", (byte) 1);
        ServiceName other = new ServiceName("other");
        registry.applyBatch(List.of(gone(FIRST), new RegistrationRequest.Register(other, SECOND)));

        assertThat(told).containsExactly(Set.of(CART), Set.of(CART, other));
    }

    @Test
    void aStoreThatCannotWriteIsNamedAsSuch() {
        store.failWith(new StoreUnavailableException("the disk is full"));

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> register(FIRST))
                .withMessage("the disk is full");
        assertThat(registry.view().services()).isEmpty();
    }

    @Test
    void everyOutcomeIsCounted() {
        register(FIRST);
        register(FIRST);
        register(heavier(FIRST));
        register(SECOND);
        register(THIRD);
        registry.register(CART, FIRST, new Precondition.Absent());
        deregister(FIRST);
        deregister(FIRST);
        registry.deregister(CART, SECOND.id(), new Precondition.At(new Revision(99)));
        registry.applyBatch(List.of(wish(FIRST)));

        assertThat(count("registrations", "added")).isEqualTo(2);
        assertThat(count("registrations", "unchanged")).isEqualTo(1);
        assertThat(count("registrations", "updated")).isEqualTo(1);
        assertThat(count("registrations", "full")).isEqualTo(1);
        assertThat(count("registrations", "precondition-failed")).isEqualTo(1);
        assertThat(count("deregistrations", "removed")).isEqualTo(1);
        assertThat(count("deregistrations", "not-found")).isEqualTo(1);
        assertThat(count("deregistrations", "precondition-failed")).isEqualTo(1);
        assertThat(count("batches", "applied")).isEqualTo(1);
        assertThat(meters.get("chancery.registry.endpoints").gauge().value()).isEqualTo(2);
        assertThat(meters.get("chancery.registry.services").gauge().value()).isEqualTo(1);
    }

    private double count(String noun, String outcome) {
        return meters.get("chancery.registry." + noun)
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private RegisterResult register(Endpoint endpoint) {
        return registry.register(CART, endpoint, Precondition.NONE);
    }

    private DeregisterResult deregister(Endpoint endpoint) {
        return registry.deregister(CART, endpoint.id(), Precondition.NONE);
    }

    private ServiceView cart() {
        return registry.view().service(CART).orElseThrow();
    }

    private List<String> ids() {
        return cart().endpoints().keySet().stream().map(EndpointId::value).toList();
    }

    private static RegistrationRequest wish(Endpoint endpoint) {
        return new RegistrationRequest.Register(CART, endpoint);
    }

    private static RegistrationRequest gone(Endpoint endpoint) {
        return new RegistrationRequest.Deregister(CART, endpoint.id());
    }

    private static Endpoint heavier(Endpoint of) {
        return new Endpoint(of.id(), of.target(), 2, of.locality(), of.priority(), of.metadata(), of.state());
    }

    private static Endpoint drained(Endpoint of) {
        return new Endpoint(
                of.id(), of.target(), 1, of.locality(), of.priority(), of.metadata(), EndpointState.DRAINING);
    }

    @Test
    void aViewThatNoLongerFollowsTheStoreIsToldAndNotLoopedOn() {
        ServiceName service = new ServiceName("cart");
        Endpoint endpoint = Endpoint.of(HostPort.parse("10.0.0.1:80"));
        registry.close();
        registry.register(service, endpoint, Precondition.NONE);

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> registry.register(service, endpoint, Precondition.NONE))
                .withMessageContaining("no longer follows the store");
    }
}
