package io.chancery.fleet;

import static io.chancery.fleet.TestingVersions.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.fleet.RefusedVersion.State;
import io.chancery.model.Revision;
import io.chancery.snapshot.Grouping;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.SnapshotUpdate;
import io.chancery.store.CommitResult;
import io.chancery.store.HistoryResult;
import io.chancery.store.Store;
import io.chancery.store.StoreLimits;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.StoreWatcher;
import io.chancery.store.Stores;
import io.chancery.store.Transaction;
import io.chancery.store.WatchResult;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JudgeTest {

    private static final Vault VAULT = Vault.inMemory();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    private final Store store = Stores.inMemory(CLOCK, new SimpleMeterRegistry());
    private QuarantineRegistry registry = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK);
    private Judge judge = new Judge(registry, QuarantineMode.ROLLBACK, 1, CLOCK);

    private void with(QuarantineMode mode, int threshold) {
        judge.close();
        registry.close();
        registry = new QuarantineRegistry(store, VAULT, mode);
        judge = new Judge(registry, mode, threshold, CLOCK);
    }

    @AfterEach
    void close() {
        judge.close();
        registry.close();
        store.close();
    }

    private RefusedVersion decided(Resource resource) {
        await("a decision").until(() -> registry.version(resource.version()).isPresent());
        return registry.version(resource.version()).orElseThrow();
    }

    /** Decisions are made one after the other: when this one is made, those before it are. */
    private void settle() {
        Resource last = cluster("last", 1_000);
        judge.refused("n", List.of(last), "last");
        judge.refused("m", List.of(last), "last");
        decided(last);
        registry.remove(last.version());
    }

    @Test
    void theLastOtherVersionOfTheSameSourceThatANodeAcceptedGoesOutInstead() {
        judge.accepted(List.of(cluster("a", 1), cluster("a", 2), cluster("a", 9, "Resource/other")));

        judge.refused("n", List.of(cluster("a", 3)), "a is bad");

        RefusedVersion refused = decided(cluster("a", 3));
        assertThat(refused.state()).isEqualTo(State.HELD);
        assertThat(refused.replacement().good()).contains(cluster("a", 2));
        assertThat(refused.refusal().message()).isEqualTo("a is bad");
        assertThat(refused.refusal().nodes()).containsExactly("n");
        assertThat(refused.origin().author()).isEqualTo("ada");
        assertThat(registry.view().held()).containsOnlyKeys(cluster("a", 3).version());
    }

    @Test
    void aLateAcceptanceOfAnOldVersionMakesItNotTheLatest() {
        judge.accepted(List.of(cluster("a", 2)));
        judge.accepted(List.of(cluster("a", 1)));

        judge.refused("n", List.of(cluster("a", 3)), "a");

        assertThat(decided(cluster("a", 3)).replacement().good()).contains(cluster("a", 2));
    }

    @Test
    void aVersionThatWasRefusedItselfIsNoReplacement() {
        judge.accepted(List.of(cluster("a", 1), cluster("a", 2)));
        judge.refused("n", List.of(cluster("a", 2)), "a");
        assertThat(decided(cluster("a", 2)).replacement().good()).contains(cluster("a", 1));

        judge.refused("n", List.of(cluster("a", 3)), "a");

        assertThat(decided(cluster("a", 3)).replacement().good()).contains(cluster("a", 1));
    }

    @Test
    void aReleasedVersionIsAReplacementAndIsNotHeldAgain() {
        judge.accepted(List.of(cluster("a", 1)));
        judge.refused("n", List.of(cluster("a", 2)), "a");
        decided(cluster("a", 2));
        registry.change(cluster("a", 2).version(), known -> known.in(State.RELEASED, Instant.EPOCH));
        judge.accepted(List.of(cluster("a", 2)));

        judge.refused("m", List.of(cluster("a", 2)), "a");
        judge.refused("m", List.of(cluster("a", 3)), "a");

        assertThat(decided(cluster("a", 3)).replacement().good()).contains(cluster("a", 2));
        assertThat(decided(cluster("a", 2)).state()).isEqualTo(State.RELEASED);
        assertThat(registry.view().held()).containsOnlyKeys(cluster("a", 3).version());
    }

    @Test
    void asManyNodesMustRefuseAsTheThresholdSays() {
        with(QuarantineMode.ROLLBACK, 2);
        judge.refused("n", List.of(cluster("a", 1)), "a");
        judge.refused("n", List.of(cluster("a", 1)), "a");
        settle();
        assertThat(registry.versions()).isEmpty();

        judge.refused("m", List.of(cluster("a", 1)), "a");

        assertThat(decided(cluster("a", 1)).refusal().nodes()).containsExactly("m", "n");
    }

    @Test
    void nodesThatRefuseLaterAreNamedToo() {
        for (int i = 0; i < 2 * RefusedVersion.MAX_NODES; i++) {
            judge.refused("n" + i, List.of(cluster("a", 1)), "a");
        }
        settle();

        assertThat(decided(cluster("a", 1)).refusal().nodes()).hasSize(RefusedVersion.MAX_NODES);
    }

    @Test
    void aVersionThatOthersAcceptedIsOnlyReportedWhereThereIsNothingBetter() {
        judge.accepted(List.of(cluster("a", 1)));

        judge.refused("n", List.of(cluster("a", 1)), "a");

        assertThat(decided(cluster("a", 1)).state()).isEqualTo(State.REPORTED);
        assertThat(registry.view().held()).isEmpty();
        assertThat(registry.view().remembered())
                .containsOnlyKeys(cluster("a", 1).version());
    }

    @Test
    void ofSeveralSuspectsThoseThatOthersAcceptedAreOnlyReported() {
        judge.accepted(List.of(cluster("a", 1), cluster("a", 2), cluster("b", 1)));

        judge.refused("n", List.of(cluster("a", 2), cluster("b", 2)), "cannot");

        assertThat(decided(cluster("b", 2)).state()).isEqualTo(State.HELD);
        assertThat(decided(cluster("a", 2)).state()).isEqualTo(State.REPORTED);
    }

    @Test
    void oneThatIsNamedIsHeldThoughOthersAcceptedIt() {
        judge.accepted(List.of(cluster("a", 1), cluster("a", 2)));

        judge.refused("n", List.of(cluster("a", 2), cluster("b", 2)), "cluster a: cannot");

        assertThat(decided(cluster("a", 2)).state()).isEqualTo(State.HELD);
    }

    private void published(Set<String> outdated) {
        var _ = judge.published(
                new SnapshotUpdate(Revision.ZERO, new Grouping(Set.of(), false), Map.of(), outdated, 0));
    }

    @Test
    void aVersionThatNoSourceHasAnyLongerLeaves() {
        judge.refused("n", List.of(cluster("a", 1)), "a");
        decided(cluster("a", 1));

        published(Set.of(cluster("a", 1).version()));

        await("it to be gone").until(() -> registry.versions().isEmpty());
    }

    @Test
    void withReportNothingIsHeld() {
        with(QuarantineMode.REPORT, 1);
        judge.accepted(List.of(cluster("a", 1)));

        judge.refused("n", List.of(cluster("a", 2)), "a");

        assertThat(decided(cluster("a", 2)).state()).isEqualTo(State.REPORTED);
        assertThat(registry.view().held()).isEmpty();
    }

    @Test
    void withOffNothingIsKeptAndWhatWasHeldGoesOut() {
        judge.refused("n", List.of(cluster("a", 1)), "a");
        decided(cluster("a", 1));

        with(QuarantineMode.OFF, 1);
        judge.refused("n", List.of(cluster("a", 2)), "a");

        assertThat(registry.view().held()).isEmpty();
        assertThat(registry.versions().keySet()).containsExactly(cluster("a", 1).version());
        assertThat(registry.versions().firstEntry().getValue().state()).isEqualTo(State.REPORTED);
        published(Set.of(cluster("a", 1).version()));
        await("it to be gone").until(() -> registry.versions().isEmpty());
    }

    @Test
    void aStoreThatFailsIsTriedAgainAtTheNextRefusal() {
        AtomicBoolean fails = new AtomicBoolean(true);
        try (QuarantineRegistry stumbling =
                        new QuarantineRegistry(new Stumbling(store, fails), VAULT, QuarantineMode.ROLLBACK);
                Judge other = new Judge(stumbling, QuarantineMode.ROLLBACK, 1, CLOCK)) {
            other.refused("n", List.of(cluster("a", 1)), "a");
            await("the failure").untilFalse(fails);
            assertThat(stumbling.versions()).isEmpty();

            await("a decision").until(() -> {
                other.refused("n", List.of(cluster("a", 1)), "a");
                return stumbling.versions().size() == 1;
            });
        }
    }

    /** A store that fails once. */
    private record Stumbling(Store store, AtomicBoolean fails) implements Store {

        @Override
        public CompletableFuture<CommitResult> commit(Transaction transaction) {
            return fails.getAndSet(false)
                    ? CompletableFuture.failedFuture(new StoreUnavailableException("The disk is full."))
                    : store.commit(transaction);
        }

        @Override
        public StoreView read(String prefix) {
            return store.read(prefix);
        }

        @Override
        public WatchResult watch(Revision after, StoreWatcher watcher) {
            return store.watch(after, watcher);
        }

        @Override
        public HistoryResult history(Revision after, int limit) {
            return store.history(after, limit);
        }

        @Override
        public StoreLimits limits() {
            return store.limits();
        }

        @Override
        public Optional<String> fault() {
            return store.fault();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
