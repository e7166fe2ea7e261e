package io.chancery.store;

import static io.chancery.store.StoreContract.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories against a plain map: the store holds, answers, tells and remembers what the model does. */
class StorePropertyTest {

    /** Steps of a history, each a handful of transactions that are handed in together. */
    private static final int STEPS = 120;

    @TempDir
    private Path directory;

    static LongStream seeds() {
        return new SplittableRandom(0x5EED).longs(25);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aStoreInMemoryAgreesWithAMap(long seed) {
        Model model = new Model(new SplittableRandom(seed));
        try (Store store = Stores.inMemory(() -> NOW, new SimpleMeterRegistry())) {
            List<String> told = model.watch(store);
            for (int step = 0; step < STEPS; step++) {
                model.step(store);
            }
            model.compare(store);
            assertThat(told).isEqualTo(model.commits);
        }
    }

    /**
     * The same with restarts at random moments, where the log is folded in pieces of a few keys, so that most restarts
     * find a checkpoint that is half written.
     */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aStoreOnDiskAgreesWithAMapThroughRestarts(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Model model = new Model(random);
        Checkpoint.Bounds bounds = new Checkpoint.Bounds(
                1 + random.nextInt(20), 1 << 20, 1 + random.nextInt(60), 1 << 20, 1_000_000, 1 << 30);
        int step = 0;
        while (step < STEPS) {
            SqliteJournal journal = new SqliteJournal(SqliteFile.open(directory), bounds);
            try (Store store =
                    new LogStore(new StumblingJournal(journal, random.split()), () -> NOW, new SimpleMeterRegistry())) {
                model.compare(store);
                List<String> told = model.watch(store);
                int until = Math.min(STEPS, step + 1 + random.nextInt(30));
                for (; step < until; step++) {
                    model.step(store);
                }
                assertThat(told).isEqualTo(model.commits);
            }
        }
        try (Store store = SqliteStoreTest.open(directory, bounds)) {
            model.compare(store);
        }
    }

    /** What a store must hold, kept in the simplest way. */
    private static final class Model {

        private final SplittableRandom random;
        private final TreeMap<String, String> entries = new TreeMap<>();
        private final Map<String, Long> modified = new LinkedHashMap<>();
        private final List<String> commits = new ArrayList<>();
        private long revision;

        Model(SplittableRandom random) {
            this.random = random;
        }

        List<String> watch(Store store) {
            List<String> told = new CopyOnWriteArrayList<>();
            var _ = StoreContract.watch(store, Revision.ZERO, commit -> told.add(StoreContract.describe(commit)));
            return told;
        }

        /** Hands in a few transactions together, and compares each answer with what the model says. */
        void step(Store store) {
            List<CompletableFuture<CommitResult>> answers = new ArrayList<>();
            List<CommitResult> expected = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                Transaction transaction = transaction();
                answers.add(store.commit(transaction));
                expected.add(apply(transaction));
            }
            assertThat(answers.stream().map(CompletableFuture::join).toList()).isEqualTo(expected);
        }

        private Transaction transaction() {
            List<Transaction.Expectation> expectations = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                String key = key();
                long actual = modified.getOrDefault(key, 0L);
                // Mostly right, sometimes stale.
                long guess = random.nextInt(8) == 0 ? random.nextLong(revision + 2) : actual;
                expectations.add(new Transaction.Expectation(key, new Revision(guess)));
            }
            Map<String, Operation> operations = new LinkedHashMap<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                String key = key();
                operations.put(
                        key,
                        random.nextInt(4) == 0
                                ? new Operation.Delete(key)
                                : new Operation.Put(
                                        key,
                                        Long.toString(random.nextLong(), 36).getBytes(StandardCharsets.UTF_8)));
            }
            return new Transaction(expectations, List.copyOf(operations.values()));
        }

        private String key() {
            return "p" + random.nextInt(3) + "/k" + random.nextInt(12);
        }

        private CommitResult apply(Transaction transaction) {
            for (Transaction.Expectation expectation : transaction.expectations()) {
                long actual = modified.getOrDefault(expectation.key(), 0L);
                if (actual != expectation.revision().value()) {
                    return new CommitResult.Conflict(expectation.key(), new Revision(actual));
                }
            }
            revision++;
            for (Operation operation : transaction.operations()) {
                switch (operation) {
                    case Operation.Put(String key, byte[] value) -> {
                        entries.put(key, StoreContract.text(value));
                        modified.put(key, revision);
                    }
                    case Operation.Delete(String key) -> {
                        entries.remove(key);
                        modified.remove(key);
                    }
                }
            }
            commits.add(StoreContract.describe(new Commit(new Revision(revision), NOW, transaction.operations())));
            return new CommitResult.Committed(new Revision(revision));
        }

        void compare(Store store) {
            for (String prefix : List.of("", "p0/", "p1/k1", "p2/k11", "none")) {
                assertThat(StoreContract.entries(store, prefix))
                        .isEqualTo(entries.entrySet().stream()
                                .filter(e -> e.getKey().startsWith(prefix))
                                .map(e -> e.getKey() + "=" + e.getValue() + "@" + modified.get(e.getKey()))
                                .toList());
            }
            assertThat(store.read("").revision()).isEqualTo(new Revision(revision));
            List<String> history = new ArrayList<>();
            @Nullable List<String> page = null;
            while (page == null || !page.isEmpty()) {
                page = StoreContract.history(store, history.size(), 1 + random.nextInt(50));
                history.addAll(page);
            }
            assertThat(history).isEqualTo(commits);
        }
    }
}
