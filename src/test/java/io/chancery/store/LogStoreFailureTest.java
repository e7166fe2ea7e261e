package io.chancery.store;

import static io.chancery.store.StoreContract.commit;
import static io.chancery.store.StoreContract.entries;
import static io.chancery.store.StoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What callers see of a journal that fails, and of a store that cannot go on. */
class LogStoreFailureTest {

    /** A journal in memory that fails on demand. */
    private static final class TestingJournal implements Journal {

        private final MemoryJournal journal = new MemoryJournal(100, 100);
        private final AtomicReference<@Nullable Throwable> appending = new AtomicReference<>();
        private final AtomicReference<@Nullable RuntimeException> tidying = new AtomicReference<>();
        private final List<Revision> healed = new CopyOnWriteArrayList<>();

        @Override
        public KeySpace load() {
            return journal.load();
        }

        @Override
        public void append(List<Commit> group) {
            switch (appending.get()) {
                case null -> journal.append(group);
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable other -> throw new IllegalStateException(other);
            }
        }

        @Override
        public void heal(Revision last) {
            healed.add(last);
        }

        @Override
        public Revision oldest() {
            return journal.oldest();
        }

        @Override
        public List<Commit> after(Revision after, int limit) {
            return journal.after(after, limit);
        }

        @Override
        public long tail() {
            return 7;
        }

        @Override
        public Upkeep upkeepDue() {
            return tidying.get() == null ? Upkeep.NONE : Upkeep.OVERDUE;
        }

        @Override
        public void upkeep(KeySpace keys, int budget) {
            @Nullable RuntimeException failure = tidying.get();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {
            journal.close();
        }
    }

    private final TestingJournal journal = new TestingJournal();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private LogStore open() {
        return new LogStore(journal, () -> StoreContract.NOW, meters);
    }

    @Test
    void aFailedAppendLeavesNoTraceAndIsHealedBeforeTheNext() {
        try (Store store = open()) {
            List<Revision> told = new ArrayList<>();
            var _ = StoreContract.watch(store, Revision.ZERO, commit -> told.add(commit.revision()));
            commit(store, put("a", "1"));
            journal.appending.set(new StoreUnavailableException("The disk is gone."));

            assertThatThrownBy(() -> store.commit(put("a", "2")).join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("The disk is gone.");
            assertThat(entries(store, "")).containsExactly("a=1@1");
            assertThat(store.fault()).hasValue("The disk is gone.");
            assertThat(meters.get("chancery.store.commits")
                            .tag("outcome", "failed")
                            .counter()
                            .count())
                    .isEqualTo(1);

            journal.appending.set(null);
            assertThat(commit(store, put("a", "3"))).isEqualTo(new Revision(2));
            assertThat(journal.healed).contains(new Revision(1));
            assertThat(store.fault()).isEmpty();
            assertThat(told).containsExactly(new Revision(1), new Revision(2));
        }
    }

    @Test
    void aFailureThatNobodyForesawIsAnsweredToo() {
        try (Store store = open()) {
            journal.appending.set(new IllegalArgumentException("thrown on purpose by a test"));
            assertThatThrownBy(() -> store.commit(put("a", "1")).join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("thrown on purpose by a test");
            journal.appending.set(null);
            commit(store, put("a", "2"));
        }
    }

    @Test
    void upkeepThatFailsIsToldWhileCommitsGoOn() {
        try (Store store = open()) {
            journal.tidying.set(new IllegalStateException("thrown on purpose by a test"));
            commit(store, put("a", "1"));
            commit(store, put("a", "2"));
            assertThat(store.fault())
                    .hasValueSatisfying(
                            fault -> assertThat(fault).contains("can write").contains("on purpose"));
            journal.tidying.set(null);
            commit(store, put("a", "3"));
            Awaitility.await("the store notices that nothing is due any more")
                    .untilAsserted(() -> assertThat(store.fault()).isEmpty());
            assertThat(meters.get("chancery.store.log.tail").gauge().value()).isEqualTo(7);
        }
    }

    @Test
    void afterAnErrorEverybodyIsAnsweredAndNothingIsAcceptedAnyMore() {
        try (Store store = open()) {
            commit(store, put("a", "1"));
            journal.appending.set(new StackOverflowError("thrown on purpose by a test"));
            assertThatThrownBy(() -> store.commit(put("a", "2")).join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("Start the process again");
            journal.appending.set(null);
            assertThatThrownBy(() -> store.commit(put("a", "3")).join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("internal error");
            assertThatThrownBy(() -> store.read(""))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("internal error");
            assertThat(store.fault()).isPresent();
        }
    }
}
