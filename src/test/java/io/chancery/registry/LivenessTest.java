package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.InstanceId;
import io.chancery.model.Lease;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import io.chancery.store.StoreUnavailableException;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What ends by itself, and what does not. Time is the test's. */
class LivenessTest {

    private static final ServiceName CART = new ServiceName("cart");
    private static final Duration TTL = Duration.ofSeconds(30);

    private final TestingStore store = new TestingStore();
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");

    private EndpointRegistry registry = new EndpointRegistry(store, 1_000, meters);
    private HealthLedger ledger = new HealthLedger(registry);
    private Liveness liveness = new Liveness(registry, ledger, () -> wall, meters);

    @Test
    void anEndpointWhoseLeaseIsNotRenewedIsRemovedWithinASecond() {
        register(5);
        for (int second = 0; second < 29; second++) {
            pass(Duration.ofSeconds(1), 2, 3, 4, 5);
        }
        assertThat(ids()).hasSize(5);

        pass(Duration.ofSeconds(2), 2, 3, 4, 5);

        assertThat(ids()).containsExactlyInAnyOrder("10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80", "10.0.0.5:80");
        assertThat(meters.get("chancery.registry.leases.expired").counter().count())
                .isEqualTo(1);
        assertThat(registry.leases().count()).isEqualTo(4);
    }

    @Test
    void registeringAgainRenews() {
        register(1);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(20));
            assertThat(registry.register(CART, leased(1), Precondition.NONE))
                    .isInstanceOf(RegisterResult.Unchanged.class);
        }

        assertThat(ids()).hasSize(1);
        pass(Duration.ofSeconds(31));
        assertThat(ids()).isEmpty();
    }

    @Test
    void anInstanceRenewsAllItsLeasesInOneCall() {
        InstanceId instance = new InstanceId("web-1");
        for (int i = 1; i <= 3; i++) {
            registry.register(
                    CART, plain(i).leased(Optional.of(new Lease(TTL, Optional.of(instance)))), Precondition.NONE);
        }
        pass(Duration.ofSeconds(20));

        assertThat(registry.leases().renew(instance)).isEqualTo(3);
        pass(Duration.ofSeconds(20));
        assertThat(ids()).hasSize(3);

        registry.deregister(CART, plain(1).id(), Precondition.NONE);
        assertThat(registry.leases().renew(instance)).isEqualTo(2);
        assertThat(registry.leases().renew(new InstanceId("nobody"))).isZero();
    }

    @Test
    void anEndpointWithoutLeaseStays() {
        registry.register(CART, plain(1), Precondition.NONE);

        pass(Duration.ofDays(2));

        assertThat(ids()).hasSize(1);
    }

    @Test
    void aLeaseThatIsTakenBackNoLongerEnds() {
        register(1);
        registry.register(CART, plain(1), Precondition.NONE);

        pass(Duration.ofDays(2));

        assertThat(ids()).hasSize(1);
    }

    @Test
    void afterAStartEachLeaseHasAFreshTerm() {
        register(5);
        pass(Duration.ofSeconds(25));

        restart();
        pass(Duration.ofSeconds(29));
        assertThat(ids()).hasSize(5);
        assertThat(registry.leases().remaining(key(1)).orElseThrow()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aClockThatIsSetEndsNothing() {
        register(5);

        wall = wall.plus(Duration.ofDays(400));
        pass(Duration.ofSeconds(20));
        wall = wall.minus(Duration.ofDays(800));
        pass(Duration.ofSeconds(9));

        assertThat(ids()).hasSize(5);
    }

    @Test
    void timeInWhichTheProcessDidNotRunEndsNothing() {
        register(1);

        clock.add(Duration.ofMinutes(10));
        liveness.run();
        liveness.run();

        assertThat(ids()).hasSize(1);
        pass(Duration.ofSeconds(31));
        assertThat(ids()).isEmpty();
    }

    @Test
    void ifTooManyWouldEndNoneDoes() {
        register(20);
        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(10), all(20));
        }

        pass(Duration.ofSeconds(60));

        assertThat(ids()).hasSize(20);
        assertThat(liveness.preservation().services()).containsKey(CART);
        assertThat(liveness.preservation().everything()).isPresent();
        assertThat(meters.get("chancery.registry.preservation").gauge().value()).isEqualTo(1);
    }

    @Test
    void ofLeasesThatAreRenewedInTurnNotEvenTheFirstEnds() {
        register(20);
        for (int second = 0; second < 60; second++) {
            int turn = second % 10;
            pass(Duration.ofSeconds(1), 1 + turn, 11 + turn);
        }

        pass(Duration.ofMinutes(3));

        assertThat(ids()).hasSize(20);
    }

    @Test
    void preservationEndsWhenTheRenewalsReturn() {
        register(20);
        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(10), all(20));
        }
        pass(Duration.ofSeconds(60));

        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(10), except(all(20), 7));
        }

        assertThat(ids()).hasSize(19).doesNotContain("10.0.0.7:80");
        assertThat(liveness.preservation().isActive()).isFalse();
    }

    @Test
    void anOperatorMayEndPreservation() {
        register(20);
        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(10), except(all(20), 1, 2, 3, 4, 5, 6));
        }
        assertThat(ids()).hasSize(20);

        liveness.liftPreservation(Optional.empty());
        pass(Duration.ofSeconds(1), except(all(20), 1, 2, 3, 4, 5, 6));

        assertThat(ids()).hasSize(14);
        assertThat(liveness.preservation().isActive()).isFalse();
    }

    /** All leases are of one service, so that what is so of it is so of all together. */
    @Test
    void anOperatorsWordOnOneServiceHoldsAlsoIfMostOfItIsDead() {
        register(20);
        int[] living = {1, 2, 3, 4, 5, 6};
        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(10), living);
        }
        assertThat(ids()).hasSize(20);
        assertThat(liveness.preservation().everything()).isPresent();

        liveness.liftPreservation(Optional.of(CART));
        pass(Duration.ofSeconds(1), living);

        assertThat(ids()).hasSize(6);
        pass(Duration.ofSeconds(10), living);
        assertThat(liveness.preservation().isActive()).isFalse();
    }

    @Test
    void whomOnlyAnEndedLeaseSpokeAgainstIsTrustedOnceItIsRenewed() {
        register(4);
        loseThree();
        assertThat(endpoint(1).health().suspected()).isTrue();

        pass(Duration.ofSeconds(1), 1, 4);
        pass(Duration.ofSeconds(1), 1, 4);

        assertThat(endpoint(1).health().suspected()).isFalse();
        assertThat(ids()).hasSize(4 - 2);
    }

    @Test
    void aStartTrustsWhomOnlyAnEndedLeaseSpokeAgainst() {
        register(4);
        loseThree();
        assertThat(endpoint(1).health().suspected()).isTrue();

        restart();
        pass(Duration.ofSeconds(1), all(4));

        assertThat(endpoint(1).health().suspected()).isFalse();
        assertThat(liveness.guarded()).isEmpty();
    }

    /** No share is preserved, so that only the guard is in the way. */
    private void loseThree() {
        registry.setPolicies(ServicePolicies.uniform(new ServicePolicy(100, 50, Duration.ofMinutes(1))));
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofSeconds(10), 4);
        }
    }

    @Test
    void aStoreThatCannotWriteDelaysTheEnd() {
        register(1);
        store.failWith(new StoreUnavailableException("The disk is full"));
        pass(Duration.ofSeconds(40));
        assertThat(ids()).hasSize(1);

        store.recover();
        pass(Duration.ofSeconds(1));

        assertThat(ids()).isEmpty();
    }

    @Test
    void aDrainingEndpointIsRemovedAfterItsGrace() {
        registry.register(CART, plain(1), Precondition.NONE);

        assertThat(liveness.drain(key(1), Duration.ofSeconds(30), Precondition.NONE, MassLoss.HELD))
                .isInstanceOf(DeregisterResult.Removed.class);
        assertThat(endpoint(1).endpoint().state()).isEqualTo(EndpointState.DRAINING);

        pass(Duration.ofSeconds(29));
        assertThat(ids()).hasSize(1);
        pass(Duration.ofSeconds(2));
        assertThat(ids()).isEmpty();
    }

    @Test
    void aDrainGoesOnAfterARestart() {
        registry.register(CART, plain(1), Precondition.NONE);
        liveness.drain(key(1), Duration.ofSeconds(30), Precondition.NONE, MassLoss.HELD);
        pass(Duration.ofSeconds(20));

        restart();
        pass(Duration.ofSeconds(5));
        assertThat(ids()).hasSize(1);
        pass(Duration.ofSeconds(6));
        assertThat(ids()).isEmpty();
    }

    @Test
    void anEndpointThatRegistersAgainIsNotRemoved() {
        registry.register(CART, plain(1), Precondition.NONE);
        liveness.drain(key(1), Duration.ofSeconds(30), Precondition.NONE, MassLoss.HELD);

        registry.register(CART, plain(1), Precondition.NONE);
        pass(Duration.ofMinutes(5));

        assertThat(ids()).hasSize(1);
    }

    @Test
    void aPartOfAServiceIsDrainedInOneTransaction() {
        for (int i = 1; i <= 10; i++) {
            registry.register(CART, plain(i), Precondition.NONE);
        }

        BatchResult result = liveness.drain(
                CART,
                endpoint -> endpoint.target().toString().compareTo("10.0.0.3:80") <= 0,
                Optional.of(Duration.ofSeconds(10)),
                MassLoss.HELD);

        assertThat(result).isInstanceOf(BatchResult.Applied.class);
        assertThat(endpoint(10).endpoint().state()).isEqualTo(EndpointState.DRAINING);
        assertThat(endpoint(4).endpoint().state()).isEqualTo(EndpointState.ACTIVE);
        pass(Duration.ofSeconds(11));
        assertThat(ids()).hasSize(6);
    }

    @Test
    void aCallThatWouldLeaveTooFewIsHeldUnlessItIsForced() {
        for (int i = 1; i <= 10; i++) {
            registry.register(CART, plain(i), Precondition.NONE);
        }
        for (int i = 1; i <= 5; i++) {
            assertThat(registry.deregister(CART, plain(i).id(), Precondition.NONE, MassLoss.HELD))
                    .isInstanceOf(DeregisterResult.Removed.class);
        }

        assertThat(registry.deregister(CART, plain(6).id(), Precondition.NONE, MassLoss.HELD))
                .isEqualTo(new DeregisterResult.Guarded(5));
        assertThat(registry.register(CART, plain(6).in(EndpointState.DRAINING), Precondition.NONE, MassLoss.HELD))
                .isEqualTo(new RegisterResult.Guarded(5));
        assertThat(registry.applyBatch(List.of(new RegistrationRequest.Deregister(CART, plain(6).id())), MassLoss.HELD))
                .isEqualTo(new BatchResult.Guarded(CART, 5));
        assertThat(ids()).hasSize(5);

        assertThat(registry.deregister(CART, plain(6).id(), Precondition.NONE, MassLoss.ALLOWED))
                .isInstanceOf(DeregisterResult.Removed.class);
        pass(Duration.ofMinutes(2));
        assertThat(registry.deregister(CART, plain(7).id(), Precondition.NONE, MassLoss.HELD))
                .isInstanceOf(DeregisterResult.Removed.class);
    }

    @Test
    void ifProbesFailForTooManyAllOfThemStayInUse() {
        for (int i = 1; i <= 10; i++) {
            registry.register(CART, plain(i), Precondition.NONE);
        }
        report(Verdict.UNHEALTHY, 1, 2, 3, 4, 5);
        assertThat(told(Verdict.UNHEALTHY)).hasSize(5);

        report(Verdict.UNHEALTHY, 6);

        assertThat(told(Verdict.UNHEALTHY)).isEmpty();
        assertThat(endpoint(1).health().suspected()).isTrue();
        assertThat(endpoint(6).health().suspected()).isTrue();
        report(Verdict.UNHEALTHY, 7, 8, 9, 10);
        pass(Duration.ofMinutes(10));
        assertThat(told(Verdict.UNHEALTHY)).isEmpty();
    }

    @Test
    void whenEnoughAreWellAgainTheOthersAreTakenOut() {
        for (int i = 1; i <= 10; i++) {
            registry.register(CART, plain(i), Precondition.NONE);
        }
        report(Verdict.UNHEALTHY, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(told(Verdict.UNHEALTHY)).isEmpty();

        report(Verdict.HEALTHY, 1, 2, 3, 4);
        assertThat(told(Verdict.UNHEALTHY)).isEmpty();
        report(Verdict.HEALTHY, 5);

        assertThat(told(Verdict.UNHEALTHY)).hasSize(5);
        assertThat(endpoint(6).health().suspected()).isFalse();
    }

    @Test
    void anOperatorMayTakeASuspicionForTrue() {
        for (int i = 1; i <= 4; i++) {
            registry.register(CART, plain(i), Precondition.NONE);
        }
        report(Verdict.UNHEALTHY, 1, 2, 3);
        assertThat(told(Verdict.UNHEALTHY)).isEmpty();

        assertThat(ledger.release(CART)).isEqualTo(3);

        pass(Duration.ofSeconds(1));
        assertThat(told(Verdict.UNHEALTHY)).hasSize(3);
    }

    @Test
    void aSuspicionOutlivesARestart() {
        for (int i = 1; i <= 4; i++) {
            registry.register(CART, plain(i), Precondition.NONE);
        }
        report(Verdict.UNHEALTHY, 1, 2, 3);

        restart();
        pass(Duration.ofMinutes(5));

        assertThat(told(Verdict.UNHEALTHY)).isEmpty();
        report(Verdict.HEALTHY, 1);
        assertThat(told(Verdict.UNHEALTHY)).hasSize(2);
    }

    @Test
    void anOperatorsWordBeatsTheVerdictUntilItEnds() {
        registry.register(CART, plain(1), Precondition.NONE);
        report(Verdict.HEALTHY, 1);

        assertThat(liveness.force(key(1), Verdict.UNHEALTHY, Optional.of(Duration.ofMinutes(10))))
                .isTrue();
        report(Verdict.HEALTHY, 1);
        assertThat(endpoint(1).health().effective()).isEqualTo(Verdict.UNHEALTHY);

        pass(Duration.ofMinutes(11));
        assertThat(endpoint(1).health().effective()).isEqualTo(Verdict.HEALTHY);
        assertThat(liveness.force(key(2), Verdict.HEALTHY, Optional.empty())).isFalse();
    }

    @Test
    void whatIsKnownOfAnEndpointGoesWithIt() {
        registry.register(CART, plain(1), Precondition.NONE);
        report(Verdict.UNHEALTHY, 1);

        registry.deregister(CART, plain(1).id(), Precondition.NONE);
        registry.register(CART, plain(1), Precondition.NONE);

        assertThat(endpoint(1).health()).isEqualTo(EndpointHealth.NOTHING);
        assertThat(store.read(Keys.PREFIX + "health/").entries()).isEmpty();
    }

    @Test
    void whatIsReportedOfAnEndpointThatIsGoneIsDropped() {
        report(Verdict.UNHEALTHY, 1);

        assertThat(store.read(Keys.PREFIX).entries()).isEmpty();
    }

    private void restart() {
        registry.close();
        registry = new EndpointRegistry(store, 1_000, meters);
        ledger = new HealthLedger(registry);
        liveness = new Liveness(registry, ledger, () -> wall, meters);
    }

    private void register(int count) {
        for (int i = 1; i <= count; i++) {
            registry.register(CART, leased(i), Precondition.NONE);
        }
    }

    /** Lets time pass as it does, in short steps; then these renew. */
    private void pass(Duration time, int... renewing) {
        for (Duration left = time; !left.isZero(); ) {
            Duration step = left.compareTo(Liveness.BEAT) > 0 ? stepOf(time) : left;
            if (step.compareTo(left) > 0) {
                step = left;
            }
            clock.add(step);
            wall = wall.plus(step);
            liveness.run();
            left = left.minus(step);
        }
        for (int i : renewing) {
            registry.leases().renew(key(i));
        }
    }

    /** No longer than what the process may be late by. */
    private static Duration stepOf(Duration time) {
        return time.compareTo(Duration.ofMinutes(30)) > 0 ? LeaseClock.LONGEST_BEAT : Liveness.BEAT;
    }

    private static int[] all(int count) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i + 1;
        }
        return all;
    }

    private static int[] except(int[] some, int... others) {
        List<Integer> kept = new ArrayList<>();
        for (int i : some) {
            boolean left = false;
            for (int other : others) {
                left |= other == i;
            }
            if (!left) {
                kept.add(i);
            }
        }
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    private void report(Verdict verdict, int... endpoints) {
        List<VerdictReport> reports = new ArrayList<>();
        for (int i : endpoints) {
            reports.add(new VerdictReport(CART, plain(i).id(), verdict, "said so", false));
        }
        ledger.report(reports);
    }

    private Set<String> told(Verdict verdict) {
        Set<String> ids = new TreeSet<>();
        registry.view().serviceOrEmpty(CART).endpoints().forEach((id, endpoint) -> {
            if (endpoint.health().effective() == verdict) {
                ids.add(id.value());
            }
        });
        return ids;
    }

    private Set<String> ids() {
        Set<String> ids = new TreeSet<>();
        registry.view().serviceOrEmpty(CART).endpoints().keySet().forEach(id -> ids.add(id.value()));
        return ids;
    }

    private RegisteredEndpoint endpoint(int number) {
        return Optional.ofNullable(registry.view()
                        .serviceOrEmpty(CART)
                        .endpoints()
                        .get(plain(number).id()))
                .orElseThrow();
    }

    private static EndpointKey key(int number) {
        return new EndpointKey(CART, new EndpointId("10.0.0." + number + ":80"));
    }

    private static Endpoint plain(int number) {
        return Endpoint.of(HostPort.parse("10.0.0." + number + ":80"));
    }

    private static Endpoint leased(int number) {
        return plain(number).leased(Optional.of(new Lease(TTL, Optional.empty())));
    }
}
