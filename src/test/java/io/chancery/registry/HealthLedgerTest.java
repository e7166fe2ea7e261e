package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import io.chancery.store.StoreUnavailableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who decides on health while others do. Half of a service must be left. */
class HealthLedgerTest {

    private static final ServiceName CART = new ServiceName("cart");

    private final TestingStore store = new TestingStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EndpointRegistry registry = new EndpointRegistry(store, 1_000, meters);
    private final HealthLedger ledger = new HealthLedger(registry);

    @BeforeEach
    void register() {
        registry.setPolicies(ServicePolicies.uniform(new ServicePolicy(100, 50, Duration.ofMinutes(1))));
        for (int i = 1; i <= 4; i++) {
            registry.register(CART, Endpoint.of(HostPort.parse(target(i))), Precondition.NONE);
        }
    }

    private static String target(int number) {
        return "10.0.0." + number + ":80";
    }

    private void fail(int... endpoints) {
        ledger.report(IntStream.of(endpoints)
                .mapToObj(i -> new VerdictReport(CART, new EndpointId(target(i)), Verdict.UNHEALTHY, "refused", false))
                .toList());
    }

    private List<Boolean> suspected() {
        return IntStream.rangeClosed(1, 4).mapToObj(i -> health(i).suspected()).toList();
    }

    private EndpointHealth health(int number) {
        return Objects.requireNonNull(
                        registry.view().serviceOrEmpty(CART).endpoints().get(new EndpointId(target(number))))
                .health();
    }

    /** On a thread of its own, for one thread could hold a lock twice. */
    private static void elsewhere(Runnable action) {
        try {
            CompletableFuture.runAsync(action).get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("it had to wait for a commit that is under way", e);
        }
    }

    @Test
    void whoDecidesWaitsForNobodysCommit() {
        store.beforeNextCommit(() -> elsewhere(() -> fail(2)));

        fail(1);

        assertThat(health(1).verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(health(2).verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(suspected()).containsExactly(false, false, false, false);
    }

    @Test
    void whatIsDecidedButNotWrittenYetCountsAsLost() {
        store.beforeNextCommit(() -> elsewhere(() -> fail(3)));

        fail(1, 2);
        assertThat(health(3).suspected())
                .as("a third of four, while two are being lost")
                .isTrue();
        ledger.review();

        assertThat(suspected()).containsExactly(true, true, true, false);
    }

    @Test
    void whatCouldNotBeWrittenIsNotLost() {
        store.failWith(new StoreUnavailableException("The disk is full"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> fail(1, 2));
        store.recover();

        fail(3, 4);

        assertThat(suspected()).containsExactly(false, false, false, false);
    }

    @Test
    void whoWasSlowerDecidesAnew() {
        store.beforeNextCommit(() -> elsewhere(() -> fail(1)));

        fail(1, 2);

        assertThat(health(1).verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(health(2).verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(suspected()).containsExactly(false, false, false, false);
    }
}
