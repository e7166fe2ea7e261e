package io.chancery.rollout;

import static io.chancery.rollout.TestingPolicies.ORDERS;
import static io.chancery.rollout.TestingPolicies.ROLLOUT;
import static io.chancery.rollout.TestingPolicies.manifest;
import static io.chancery.rollout.TestingPolicies.policy;
import static io.chancery.rollout.TestingPolicies.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.FileManifest;
import io.chancery.manifest.FileOwner;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShardRollout.State;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written when; time and what nodes say are the test's. */
class RolloutDriverTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Store store = Stores.inMemory(() -> now, meters);
    private final ManifestRegistry registry =
            new ManifestRegistry(store, _ -> true, Vault.inMemory(), () -> now, meters);
    private final Words words = new Words();
    private final RolloutDriver driver = new RolloutDriver(registry, words, () -> now, meters);

    /** What the nodes say. */
    private static final class Words implements Evidence {

        private Figures figures = Figures.SOUND;
        private Runnable meanwhile = () -> {};

        @Override
        public Figures figures(DeclaredManifest declared, ShardRollout rollout) {
            meanwhile.run();
            return figures;
        }

        @Override
        public void forget(ManifestKey key) {
            // nothing is remembered
        }
    }

    @AfterEach
    void close() {
        driver.close();
        registry.close();
        store.close();
    }

    private DeclaredManifest declared() {
        return registry.view().manifest(ORDERS).orElseThrow();
    }

    private ShuffleShard orders() {
        return (ShuffleShard) declared().manifest().spec();
    }

    private ShardRollout rollout() {
        return TestingPolicies.rollout(orders());
    }

    private void declare(String... more) {
        registry.apply(put(manifest(more)), "ada");
    }

    private void pass(Duration time) {
        now = now.plus(time);
        driver.run();
    }

    private double gauge(String name, String tag, String value) {
        return meters.get(name).tag(tag, value).gauge().value();
    }

    private double steps(String outcome) {
        return meters.get("chancery.rollout.steps")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void aChangeGoesThroughItsStepsAndEndsAndAllOfItIsInTheHistory() {
        declare("\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();
        assertThat(rollout().since()).contains(now);
        assertThat(gauge("chancery.rollout.percent", "which", "least")).isEqualTo(10);

        pass(Duration.ofSeconds(60));
        assertThat(rollout().percent()).isEqualTo(50);
        assertThat(gauge("chancery.rollout.rollouts", "state", "running")).isEqualTo(1);
        assertThat(gauge("chancery.rollout.percent", "which", "furthest")).isEqualTo(50);
        pass(Duration.ofSeconds(60));
        assertThat(rollout().percent()).isEqualTo(100);
        pass(Duration.ofSeconds(60));

        assertThat(orders().rollout()).isEmpty();
        assertThat(orders().size()).isEqualTo(3);
        assertThat(declared().author()).isEqualTo(RolloutDriver.STEPS);
        assertThat(registry.history().entry(declared().revision()).orElseThrow().reason())
                .isEqualTo("complete");
        assertThat(gauge("chancery.rollout.rollouts", "state", "running")).isZero();
        assertThat(steps("advanced")).isEqualTo(2);
        assertThat(steps("finished")).isEqualTo(1);
    }

    @Test
    void betweenTheStepsNothingIsWritten() {
        declare("\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();
        Revision begun = declared().revision();

        for (int i = 0; i < 59; i++) {
            pass(Duration.ofSeconds(1));
        }

        assertThat(declared().revision()).isEqualTo(begun);
    }

    @Test
    void aChangeThatIsRefusedIsHaltedAndStaysSo() {
        declare("\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();
        words.figures = new Figures(1, "edge-1 refused rds orders: no", Duration.ZERO, "");
        driver.run();

        assertThat(rollout().state()).isEqualTo(State.HALTED);
        assertThat(rollout().reason().orElseThrow()).contains("edge-1 refused rds orders: no");
        assertThat(gauge("chancery.rollout.rollouts", "state", "halted")).isEqualTo(1);
        assertThat(steps("halted")).isEqualTo(1);
        Revision halted = declared().revision();
        pass(Duration.ofDays(1));
        assertThat(declared().revision()).isEqualTo(halted);
    }

    @Test
    void aStepThatSomebodyElseWroteBeforeIsLookedAtAgain() {
        declare("\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();
        words.meanwhile = () -> {
            words.meanwhile = () -> {};
            registry.apply(
                    put(manifest("\"rollout\": "
                            + ROLLOUT.formatted(", \"state\": \"paused\", \"since\": \"2026-01-01T12:00:00Z\""))),
                    "bob");
        };

        pass(Duration.ofSeconds(60));
        assertThat(declared().author()).isEqualTo("bob");
        assertThat(rollout().step()).isZero();

        driver.run();
        assertThat(rollout().state()).as("what bob wanted").isEqualTo(State.PAUSED);
    }

    @Test
    void twoDriversTakeAStepOnce() {
        declare("\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();
        Words others = new Words();
        SimpleMeterRegistry elsewhere = new SimpleMeterRegistry();
        try (RolloutDriver other = new RolloutDriver(registry, others, () -> now, elsewhere)) {
            words.meanwhile = () -> {
                words.meanwhile = () -> {};
                other.run();
            };

            pass(Duration.ofSeconds(60));
            other.run();
            driver.run();
        }

        assertThat(rollout().step()).isEqualTo(1);
        assertThat(steps("advanced")).isZero();
        assertThat(elsewhere
                        .get("chancery.rollout.steps")
                        .tag("outcome", "advanced")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void overridesEndInOneWrite() {
        declare("""
                "customers": {"a": {"size": 3, "expires": "2026-01-01T12:01:00Z"},
                              "b": {"size": 3, "expires": "2026-01-01T12:01:00Z"}, "c": {"size": 4}}""");
        Revision before = declared().revision();
        pass(Duration.ofSeconds(59));
        assertThat(declared().revision()).isEqualTo(before);

        pass(Duration.ofSeconds(1));

        assertThat(orders()).isEqualTo(policy("\"customers\": {\"c\": {\"size\": 4}}"));
        assertThat(declared().author()).isEqualTo(RolloutDriver.EXPIRY);
        assertThat(registry.history().entry(declared().revision()).orElseThrow().reason())
                .isEqualTo("2 overrides have expired");
        assertThat(meters.get("chancery.rollout.expired").counter().count()).isEqualTo(2);
    }

    @Test
    void anOverrideMayEndAndAStepComeInTheSameBeat() {
        declare(
                "\"customers\": {\"a\": {\"size\": 3, \"expires\": \"2026-01-01T12:01:00Z\"}}",
                "\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();

        pass(Duration.ofSeconds(60));

        assertThat(orders().customers()).isEmpty();
        assertThat(rollout().step()).isEqualTo(1);
    }

    @Test
    void whatAFileDeclaresStaysAsItIsAndTheReasonIsTold() {
        Manifest manifest = manifest("\"rollout\": " + ROLLOUT.formatted(""));
        registry.applySource(
                "shards.yaml",
                List.of(new FileManifest(new FileOwner("shards.yaml", ""), manifest)),
                Set.of("shards.yaml"));
        assertThat(driver.obstacle(declared())).isEmpty();

        driver.run();
        driver.run();

        assertThat(rollout().since()).isEmpty();
        assertThat(driver.obstacle(declared()).orElseThrow()).contains("declared by shards.yaml");
        assertThat(steps("begun")).isZero();
    }

    @Test
    void aManifestThatGoesIsForgotten() {
        declare("\"rollout\": " + ROLLOUT.formatted(""));
        driver.run();
        registry.apply(List.of(new Change.Delete(ORDERS, Precondition.NONE)), "ada");

        pass(Duration.ofDays(1));

        assertThat(registry.view().manifest(ORDERS)).isEmpty();
    }
}
