package io.chancery.store;

import static io.chancery.store.StoreContract.NOW;
import static io.chancery.store.StoreContract.putIf;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Committing from many threads is as if they took turns. Not with Lincheck, whose scheduler cannot steer the store's own
 * thread; but as every commit says at which revision it happened, the order to be explained is known, and checking it is
 * exact.
 */
class LogStoreConcurrencyTest {

    private static final int THREADS = 16;

    @Test
    void countingUpWithExpectationsLosesNoStep() throws Exception {
        int each = 200;
        AtomicLong committed = new AtomicLong();
        try (Store store = Stores.inMemory(() -> NOW, new SimpleMeterRegistry())) {
            inParallel(_ -> {
                Revision seen = Revision.ZERO;
                int done = 0;
                while (done < each) {
                    switch (store.commit(putIf("counter", seen, "x")).join()) {
                        case CommitResult.Committed(Revision revision) -> {
                            seen = revision;
                            committed.incrementAndGet();
                            done++;
                        }
                        case CommitResult.Conflict(String _, Revision actual) -> seen = actual;
                    }
                }
            });
            assertThat(committed).hasValue((long) THREADS * each);
            assertThat(store.read("").revision()).isEqualTo(new Revision((long) THREADS * each));
        }
    }

    /**
     * One call.
     *
     * @param began its place among all begins and ends
     * @param ended the same
     */
    private record Call(String key, long expected, CommitResult result, long began, long ended) {

        long revision() {
            return switch (result) {
                case CommitResult.Committed(Revision revision) -> revision.value();
                case CommitResult.Conflict _ -> 0;
            };
        }
    }

    @Test
    void everyAnswerIsExplainedByOneOrderThatRespectsTime() throws Exception {
        int each = 300;
        AtomicLong moments = new AtomicLong();
        Queue<Call> calls = new ConcurrentLinkedQueue<>();
        try (Store store = Stores.inMemory(() -> NOW, new SimpleMeterRegistry())) {
            inParallel(thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                Map<String, Revision> known = new HashMap<>();
                for (int i = 0; i < each; i++) {
                    String key = "k" + random.nextInt(3);
                    Revision expected = known.getOrDefault(key, Revision.ZERO);
                    long began = moments.getAndIncrement();
                    CommitResult result =
                            store.commit(putIf(key, expected, "x")).join();
                    calls.add(new Call(key, expected.value(), result, began, moments.getAndIncrement()));
                    known.put(
                            key,
                            switch (result) {
                                case CommitResult.Committed(Revision revision) -> revision;
                                case CommitResult.Conflict(String _, Revision actual) -> actual;
                            });
                }
            });
        }
        List<Call> commits = calls.stream()
                .filter(call -> call.revision() > 0)
                .sorted(Comparator.comparingLong(Call::revision))
                .toList();
        assertThat(commits).hasSizeGreaterThan(each);
        assertThat(commits).hasSizeLessThan(calls.size());

        // The order is that of the revisions, and each expectation held in it.
        Map<String, TreeMap<Long, Long>> modified = new HashMap<>();
        long revision = 0;
        for (Call call : commits) {
            assertThat(call.revision()).isEqualTo(++revision);
            TreeMap<Long, Long> key = modified.computeIfAbsent(call.key(), _ -> new TreeMap<>(Map.of(0L, 0L)));
            assertThat(key.lastEntry().getValue()).isEqualTo(call.expected());
            key.put(revision, revision);
        }
        for (Call call : calls) {
            // What had ended before a call began comes before it, what began after it ended comes after.
            long from = commits.stream()
                    .filter(other -> other.ended() < call.began())
                    .mapToLong(Call::revision)
                    .max()
                    .orElse(0);
            long to = commits.stream()
                            .filter(other -> other.began() > call.ended())
                            .mapToLong(Call::revision)
                            .min()
                            .orElse(revision + 1)
                    - 1;
            switch (call.result()) {
                case CommitResult.Committed(Revision own) ->
                    assertThat(own.value()).isBetween(from + 1, to);
                case CommitResult.Conflict(String key, Revision actual) -> {
                    assertThat(actual.value()).isNotEqualTo(call.expected());
                    TreeMap<Long, Long> states = modified.getOrDefault(key, new TreeMap<>(Map.of(0L, 0L)));
                    long before = states.headMap(from, true).lastKey();
                    Collection<Long> possible =
                            states.subMap(before, true, to, true).values();
                    assertThat(possible).contains(actual.value());
                }
            }
        }
    }

    private interface Body {
        void run(int thread);
    }

    private static void inParallel(Body body) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(executor.submit(() -> body.run(thread)));
            }
            for (Future<?> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
