package io.chancery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.model.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every store promises. */
interface StoreContract {

    Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    /** Returns a new, empty store whose clock stands at {@link #NOW}. */
    Store open();

    static Transaction put(String key, String value) {
        return new Transaction(List.of(), List.of(putting(key, value)));
    }

    static Transaction putIf(String key, Revision expected, String value) {
        return new Transaction(List.of(new Transaction.Expectation(key, expected)), List.of(putting(key, value)));
    }

    static Transaction delete(String key) {
        return new Transaction(List.of(), List.of(new Operation.Delete(key)));
    }

    static Operation putting(String key, String value) {
        return new Operation.Put(key, value.getBytes(StandardCharsets.UTF_8));
    }

    static Revision committed(CommitResult result) {
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result).revision();
    }

    static Revision commit(Store store, Transaction transaction) {
        return committed(store.commit(transaction).join());
    }

    /** Entries as {@code key=value@revision}. */
    static List<String> entries(Store store, String prefix) {
        return store.read(prefix).entries().stream()
                .map(e -> e.key() + "=" + text(e.value()) + "@" + e.modified().value())
                .toList();
    }

    /** A commit as {@code revision: +key=value -key}. */
    static String describe(Commit commit) {
        StringBuilder text =
                new StringBuilder().append(commit.revision().value()).append(':');
        for (Operation operation : commit.operations()) {
            text.append(
                    switch (operation) {
                        case Operation.Put(String key, byte[] value) -> " +" + key + "=" + text(value);
                        case Operation.Delete(String key) -> " -" + key;
                    });
        }
        return text.toString();
    }

    static List<String> history(Store store, long after, int limit) {
        return switch (store.history(new Revision(after), limit)) {
            case HistoryResult.Commits(List<Commit> commits) ->
                commits.stream().map(StoreContract::describe).toList();
            case HistoryResult.Compacted compacted -> throw new AssertionError("compacted: " + compacted);
        };
    }

    static Watch watch(Store store, Revision after, StoreWatcher watcher) {
        return switch (store.watch(after, watcher)) {
            case WatchResult.Watching(Watch watch) -> watch;
            case WatchResult.Compacted compacted -> throw new AssertionError("compacted: " + compacted);
        };
    }

    static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    @Test
    default void anEmptyStoreIsAtRevisionZero() {
        try (Store store = open()) {
            assertThat(store.read("")).isEqualTo(new StoreView(Revision.ZERO, List.of()));
            assertThat(history(store, 0, 10)).isEmpty();
            assertThat(store.fault()).isEmpty();
        }
    }

    @Test
    default void eachTransactionHasTheNextRevision() {
        try (Store store = open()) {
            assertThat(commit(store, put("a", "1"))).isEqualTo(new Revision(1));
            assertThat(commit(store, put("b", "2"))).isEqualTo(new Revision(2));
            assertThat(commit(store, delete("a"))).isEqualTo(new Revision(3));
            assertThat(store.read("").revision()).isEqualTo(new Revision(3));
            assertThat(entries(store, "")).containsExactly("b=2@2");
        }
    }

    @Test
    default void aReadReturnsTheKeysUnderAPrefixSorted() {
        try (Store store = open()) {
            for (String key : List.of("b/2", "a/1", "b/10", "b", "c/1", "b/1")) {
                commit(store, put(key, key));
            }
            assertThat(entries(store, "b/")).containsExactly("b/1=b/1@6", "b/10=b/10@3", "b/2=b/2@1");
            assertThat(entries(store, "b")).containsExactly("b=b@4", "b/1=b/1@6", "b/10=b/10@3", "b/2=b/2@1");
            assertThat(entries(store, "d")).isEmpty();
        }
    }

    @Test
    default void whatWasReadDoesNotChangeLater() {
        try (Store store = open()) {
            commit(store, put("a", "1"));
            StoreView before = store.read("");
            commit(store, put("a", "2"));
            commit(store, put("b", "1"));

            assertThat(before.revision()).isEqualTo(new Revision(1));
            assertThat(before.entries()).hasSize(1);
            assertThat(text(before.entries().getFirst().value())).isEqualTo("1");
        }
    }

    @Test
    default void allOperationsOfATransactionShareItsRevision() {
        try (Store store = open()) {
            commit(store, put("a", "1"));
            commit(
                    store,
                    new Transaction(
                            List.of(), List.of(new Operation.Delete("a"), putting("b", "2"), putting("c", "3"))));
            assertThat(entries(store, "")).containsExactly("b=2@2", "c=3@2");
        }
    }

    @Test
    default void removingAKeyThatDoesNotExistIsACommitLikeAnyOther() {
        try (Store store = open()) {
            assertThat(commit(store, delete("a"))).isEqualTo(new Revision(1));
            assertThat(history(store, 0, 10)).containsExactly("1: -a");
        }
    }

    @Test
    default void valuesMayBeEmptyAndOfAnyBytesAndKeysOfAnyAlphabet() {
        try (Store store = open()) {
            byte[] all = new byte[256];
            IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
            commit(
                    store,
                    new Transaction(
                            List.of(),
                            List.of(
                                    new Operation.Put("empty", new byte[0]),
                                    new Operation.Put("ключ-\uD83D\uDD11", all))));
            StoreView view = store.read("");
            assertThat(view.entries().get(0).value()).isEmpty();
            assertThat(view.entries().get(1).key()).isEqualTo("ключ-\uD83D\uDD11");
            assertThat(view.entries().get(1).value()).isEqualTo(all);
        }
    }

    @Test
    default void aKeyThatIsNotValidUnicodeIsRefused() {
        try (Store store = open()) {
            assertThatThrownBy(() -> store.commit(put("half-\uD83D", "x")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(store.read("").revision()).isEqualTo(Revision.ZERO);
        }
    }

    @Test
    default void anExpectationThatHoldsLetsTheTransactionPass() {
        try (Store store = open()) {
            Revision first = commit(store, putIf("a", Revision.ZERO, "1"));
            Revision second = commit(store, putIf("a", first, "2"));
            commit(store, delete("a"));
            commit(store, putIf("a", Revision.ZERO, "3"));
            assertThat(second).isEqualTo(new Revision(2));
            assertThat(entries(store, "")).containsExactly("a=3@4");
        }
    }

    @Test
    default void anExpectationThatFailsChangesNothingAndTellsTheActualRevision() {
        try (Store store = open()) {
            commit(store, put("a", "1"));
            commit(store, put("b", "1"));
            Transaction stale = new Transaction(
                    List.of(
                            new Transaction.Expectation("a", new Revision(1)),
                            new Transaction.Expectation("b", new Revision(1))),
                    List.of(putting("a", "2"), putting("c", "2")));

            assertThat(store.commit(stale).join()).isEqualTo(new CommitResult.Conflict("b", new Revision(2)));
            assertThat(store.commit(putIf("missing", new Revision(1), "x")).join())
                    .isEqualTo(new CommitResult.Conflict("missing", Revision.ZERO));

            assertThat(entries(store, "")).containsExactly("a=1@1", "b=1@2");
            assertThat(store.read("").revision()).isEqualTo(new Revision(2));
            assertThat(history(store, 2, 10)).isEmpty();
        }
    }

    @Test
    default void anExpectationMayBeAboutAKeyThatTheTransactionDoesNotTouch() {
        try (Store store = open()) {
            commit(store, put("guard", "1"));
            Transaction guarded = new Transaction(
                    List.of(new Transaction.Expectation("guard", new Revision(1))), List.of(putting("a", "1")));
            assertThat(commit(store, guarded)).isEqualTo(new Revision(2));
            assertThat(entries(store, "")).containsExactly("a=1@2", "guard=1@1");
        }
    }

    @Test
    default void transactionsHandedInTogetherSeeOneAnother() {
        try (Store store = open()) {
            List<CompletableFuture<CommitResult>> answers = IntStream.range(0, 500)
                    .mapToObj(i -> store.commit(putIf("counter", new Revision(i), Integer.toString(i))))
                    .toList();
            List<CommitResult> results =
                    answers.stream().map(CompletableFuture::join).toList();
            assertThat(results)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 500)
                            .<CommitResult>mapToObj(i -> new CommitResult.Committed(new Revision(i)))
                            .toList());
            assertThat(entries(store, "")).containsExactly("counter=499@500");
        }
    }

    @Test
    default void ofThoseThatRaceForAKeyExactlyOneWins() {
        try (Store store = open()) {
            List<CompletableFuture<CommitResult>> answers = IntStream.range(0, 100)
                    .mapToObj(i -> store.commit(putIf("a", Revision.ZERO, Integer.toString(i))))
                    .toList();
            assertThat(answers.stream().map(CompletableFuture::join).filter(CommitResult.Committed.class::isInstance))
                    .hasSize(1);
            assertThat(store.read("").revision()).isEqualTo(new Revision(1));
        }
    }

    @Test
    default void historyIsPagedAndCarriesTimeAndOperations() {
        try (Store store = open()) {
            commit(store, put("a", "1"));
            commit(store, new Transaction(List.of(), List.of(putting("b", "2"), new Operation.Delete("a"))));
            commit(store, put("c", "3"));

            assertThat(history(store, 0, 2)).containsExactly("1: +a=1", "2: +b=2 -a");
            assertThat(history(store, 2, 2)).containsExactly("3: +c=3");
            assertThat(history(store, 3, 2)).isEmpty();
            assertThat(history(store, 99, 2)).isEmpty();
            assertThat(((HistoryResult.Commits) store.history(Revision.ZERO, 10)).commits())
                    .allSatisfy(commit -> assertThat(commit.time()).isEqualTo(NOW));
            assertThatThrownBy(() -> store.history(Revision.ZERO, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void aWatcherIsToldThePastAndThenTheNew() {
        try (Store store = open()) {
            commit(store, put("a", "1"));
            commit(store, put("b", "2"));
            commit(store, put("c", "3"));
            List<String> seen = new CopyOnWriteArrayList<>();
            try (Watch _ = watch(store, new Revision(1), commit -> seen.add(describe(commit)))) {
                assertThat(seen).containsExactly("2: +b=2", "3: +c=3");
                commit(store, delete("a"));
                assertThat(seen).containsExactly("2: +b=2", "3: +c=3", "4: -a");
            }
        }
    }

    @Test
    default void aWatcherFromAFutureRevisionIsToldOnlyWhatComesAfterIt() {
        try (Store store = open()) {
            List<String> seen = new CopyOnWriteArrayList<>();
            try (Watch _ = watch(store, new Revision(2), commit -> seen.add(describe(commit)))) {
                commit(store, put("a", "1"));
                commit(store, put("a", "2"));
                commit(store, put("a", "3"));
            }
            assertThat(seen).containsExactly("3: +a=3");
        }
    }

    @Test
    default void aWatcherSeesTheChangeBeforeTheFutureCompletes() {
        try (Store store = open()) {
            List<Revision> seen = new CopyOnWriteArrayList<>();
            try (Watch _ = watch(store, Revision.ZERO, commit -> seen.add(commit.revision()))) {
                List<CompletableFuture<Boolean>> told = IntStream.range(0, 200)
                        .mapToObj(i ->
                                store.commit(put("k" + i, "v")).thenApply(result -> seen.contains(committed(result))))
                        .toList();
                assertThat(told).allSatisfy(answer -> assertThat(answer.join()).isTrue());
            }
        }
    }

    @Test
    default void aWatchThatWasClosedIsNotToldAnyMore() {
        try (Store store = open()) {
            List<Revision> seen = new CopyOnWriteArrayList<>();
            Watch watch = watch(store, Revision.ZERO, commit -> seen.add(commit.revision()));
            commit(store, put("a", "1"));
            watch.close();
            watch.close();
            commit(store, put("a", "2"));
            assertThat(seen).containsExactly(new Revision(1));
        }
    }

    @Test
    default void aWatcherMayEndItsOwnWatch() {
        try (Store store = open()) {
            List<Revision> seen = new CopyOnWriteArrayList<>();
            CompletableFuture<Watch> self = new CompletableFuture<>();
            self.complete(watch(store, Revision.ZERO, commit -> {
                seen.add(commit.revision());
                self.join().close();
            }));
            commit(store, put("a", "1"));
            commit(store, put("a", "2"));
            assertThat(seen).containsExactly(new Revision(1));
        }
    }

    @Test
    default void closingAWatchWaitsForTheCallUnderWay() throws Exception {
        try (Store store = open()) {
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            List<String> events = new CopyOnWriteArrayList<>();
            Watch watch = watch(store, Revision.ZERO, _ -> {
                called.countDown();
                await(release);
                events.add("told");
            });
            CompletableFuture<CommitResult> answer = store.commit(put("a", "1"));
            called.await();
            Thread closer = Thread.ofPlatform().start(() -> {
                watch.close();
                events.add("closed");
            });
            Awaitility.await("the closing thread waits for the watcher")
                    .until(() -> closer.getState() == Thread.State.WAITING);
            release.countDown();
            closer.join();
            answer.join();
            assertThat(events).containsExactly("told", "closed");
        }
    }

    @Test
    default void aWatcherThatThrowsDisturbsNobody() {
        try (Store store = open()) {
            List<Revision> seen = new CopyOnWriteArrayList<>();
            try (Watch _ = watch(store, Revision.ZERO, _ -> {
                        throw new IllegalStateException("thrown on purpose by a test");
                    });
                    Watch _ = watch(store, Revision.ZERO, commit -> seen.add(commit.revision()))) {
                commit(store, put("a", "1"));
                commit(store, put("a", "2"));
            }
            assertThat(seen).containsExactly(new Revision(1), new Revision(2));
            assertThat(store.fault()).isEmpty();
        }
    }

    @Test
    default void aWatcherThatCallsTheStoreIsToldSoInsteadOfHangingIt() {
        try (Store store = open()) {
            CompletableFuture<StoreView> read = new CompletableFuture<>();
            try (Watch _ = watch(store, Revision.ZERO, _ -> {
                try {
                    read.complete(store.read(""));
                } catch (IllegalStateException e) {
                    read.completeExceptionally(e);
                }
            })) {
                commit(store, put("a", "1"));
                assertThatThrownBy(read::join).hasCauseInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    default void watchersThatComeWhileOthersCommitMissNothingAndSeeNothingTwice() throws Exception {
        int writers = 4;
        int each = 500;
        List<List<Long>> seen = new ArrayList<>();
        try (Store store = open();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch underWay = new CountDownLatch(writers * each / 4);
            List<Future<?>> futures = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                futures.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        commit(store, put("w" + writer, Integer.toString(i)));
                        underWay.countDown();
                    }
                }));
            }
            underWay.await();
            for (int i = 0; i < 8; i++) {
                List<Long> revisions = new CopyOnWriteArrayList<>();
                seen.add(revisions);
                var _ = watch(
                        store,
                        Revision.ZERO,
                        commit -> revisions.add(commit.revision().value()));
            }
            for (Future<?> future : futures) {
                future.get(30, TimeUnit.SECONDS);
            }
        }
        List<Long> all =
                LongStream.rangeClosed(1, (long) writers * each).boxed().toList();
        assertThat(seen).allSatisfy(revisions -> assertThat(revisions).isEqualTo(all));
    }

    @Test
    default void aTransactionWithTooManyOperationsIsRefusedWithTheLimit() {
        try (Store store = open()) {
            int limit = store.limits().maxOperations();
            assertTooLarge(store, new Transaction(List.of(), deletions(limit + 1)), Integer.toString(limit));
            assertThat(store.read("").revision()).isEqualTo(Revision.ZERO);
            commit(store, new Transaction(List.of(), deletions(limit)));
        }
    }

    @Test
    default void aTransactionWithTooManyBytesIsRefusedWithTheLimit() {
        try (Store store = open()) {
            long limit = store.limits().maxBytes();
            byte[] value = new byte[Math.toIntExact(limit)];
            assertTooLarge(
                    store, new Transaction(List.of(), List.of(new Operation.Put("k", value))), Long.toString(limit));
            assertThat(store.read("").revision()).isEqualTo(Revision.ZERO);
        }
    }

    private static List<Operation> deletions(int count) {
        return IntStream.range(0, count)
                .<Operation>mapToObj(i -> new Operation.Delete("k" + i))
                .toList();
    }

    private static void assertTooLarge(Store store, Transaction transaction, String limit) {
        assertThatThrownBy(() -> store.commit(transaction).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TransactionTooLargeException.class)
                .hasMessageContaining(limit);
    }

    @Test
    default void closingWaitsForCommitsUnderWayAndRefusesLaterOnes() {
        Store store = open();
        List<CompletableFuture<CommitResult>> answers = IntStream.range(0, 1_000)
                .mapToObj(i -> store.commit(put("k" + i, "v")))
                .toList();
        store.close();
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer).isCompletedWithValueMatching(CommitResult.Committed.class::isInstance));

        assertThatThrownBy(() -> store.commit(put("late", "v")).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.read("")).isInstanceOf(StoreUnavailableException.class);
        store.close();
    }

    @Test
    default void whatComesFasterThanTheStoreCanWriteIsRefusedNotKept() {
        try (Store store = open()) {
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            try (Watch _ = watch(store, Revision.ZERO, _ -> {
                called.countDown();
                await(release);
            })) {
                List<CompletableFuture<CommitResult>> answers = new ArrayList<>();
                answers.add(store.commit(put("first", "v")));
                await(called);
                while (!answers.getLast().isCompletedExceptionally()) {
                    assertThat(answers).hasSizeLessThan(1_000_000);
                    answers.add(store.commit(put("k", "v")));
                }
                assertThatThrownBy(answers.getLast()::join)
                        .hasCauseInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("overloaded");
                release.countDown();
                answers.removeLast();
                assertThat(answers)
                        .allSatisfy(answer -> assertThat(answer.join()).isInstanceOf(CommitResult.Committed.class));
                commit(store, put("later", "v"));
                assertThat(store.fault()).isEqualTo(Optional.empty());
            } finally {
                release.countDown();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
