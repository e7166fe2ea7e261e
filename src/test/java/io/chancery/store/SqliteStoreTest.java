package io.chancery.store;

import static io.chancery.store.StoreContract.commit;
import static io.chancery.store.StoreContract.delete;
import static io.chancery.store.StoreContract.describe;
import static io.chancery.store.StoreContract.entries;
import static io.chancery.store.StoreContract.history;
import static io.chancery.store.StoreContract.put;
import static io.chancery.store.StoreContract.putIf;
import static io.chancery.store.StoreContract.watch;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest implements StoreContract {

    /** Folds as soon as there is a moment, and keeps ten commits as history. */
    static final Checkpoint.Bounds EAGER = new Checkpoint.Bounds(1, 1, 1_000_000, 1L << 30, 10, 1L << 30);

    @TempDir
    private Path directory;

    private final AtomicInteger opened = new AtomicInteger();

    @Override
    public Store open() {
        return open(directory.resolve("store-" + opened.incrementAndGet()), Checkpoint.Bounds.DEFAULT);
    }

    static LogStore open(Path directory, Checkpoint.Bounds bounds) {
        return new LogStore(
                new SqliteJournal(SqliteFile.open(directory), bounds), () -> NOW, new SimpleMeterRegistry());
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        try (Store store = Stores.sqlite(directory, () -> NOW, new SimpleMeterRegistry())) {
            commit(store, put("a", "1"));
            commit(store, put("b", "2"));
            commit(store, delete("a"));
            commit(store, putIf("b", new Revision(2), "3"));
        }
        try (Store store = Stores.sqlite(directory, () -> NOW, new SimpleMeterRegistry())) {
            assertThat(entries(store, "")).containsExactly("b=3@4");
            assertThat(store.read("").revision()).isEqualTo(new Revision(4));
            assertThat(history(store, 0, 10)).containsExactly("1: +a=1", "2: +b=2", "3: -a", "4: +b=3");
            assertThat(commit(store, putIf("b", new Revision(4), "5"))).isEqualTo(new Revision(5));
        }
    }

    @Test
    void foldsTheLogWhenNothingElseIsToBeDoneAndKeepsABoundedHistory() {
        try (LogStore store = open(directory, EAGER)) {
            for (int i = 1; i <= 40; i++) {
                commit(store, put("k" + i % 7, Integer.toString(i)));
            }
            Awaitility.await("the store folds and trims while nobody writes")
                    .until(() -> store.history(new Revision(29), 1) instanceof HistoryResult.Compacted);
            assertThat(store.history(new Revision(29), 1)).isEqualTo(new HistoryResult.Compacted(new Revision(30)));
            assertThat(history(store, 30, 2)).containsExactly("31: +k3=31", "32: +k4=32");
        }
        try (LogStore store = open(directory, EAGER)) {
            assertThat(entries(store, ""))
                    .containsExactly(
                            "k0=35@35", "k1=36@36", "k2=37@37", "k3=38@38", "k4=39@39", "k5=40@40", "k6=34@34");
            List<String> seen = new CopyOnWriteArrayList<>();
            try (Watch _ = watch(store, new Revision(38), commit -> seen.add(describe(commit)))) {
                assertThat(seen).containsExactly("39: +k4=39", "40: +k5=40");
            }
            assertThat(store.watch(Revision.ZERO, _ -> {})).isEqualTo(new WatchResult.Compacted(new Revision(30)));
        }
    }

    @Test
    void aDirectoryMayHaveAnyName() {
        Path odd = directory.resolve("a?b c%20d#e&mode=memory;ü").resolve("nested");
        try (Store store = Stores.sqlite(odd, () -> NOW, new SimpleMeterRegistry())) {
            commit(store, put("a", "1"));
            assertThat(odd.resolve("chancery.db")).exists();
        }
        try (Store store = Stores.sqlite(odd, () -> NOW, new SimpleMeterRegistry())) {
            assertThat(entries(store, "")).containsExactly("a=1@1");
        }
        assertThat(Files.exists(directory.resolve("a"))).isFalse();
    }
}
