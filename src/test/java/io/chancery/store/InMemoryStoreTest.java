package io.chancery.store;

import static io.chancery.store.StoreContract.commit;
import static io.chancery.store.StoreContract.history;
import static io.chancery.store.StoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryStoreTest implements StoreContract {

    @Override
    public Store open() {
        return Stores.inMemory(() -> NOW, new SimpleMeterRegistry());
    }

    @Test
    void keepsTheNewestCommitsOnlyAndSaysWhichAreGone() {
        try (Store store = new LogStore(new MemoryJournal(3, 100), () -> NOW, new SimpleMeterRegistry())) {
            for (int i = 1; i <= 5; i++) {
                commit(store, put("k", Integer.toString(i)));
            }
            assertThat(history(store, 2, 10)).containsExactly("3: +k=3", "4: +k=4", "5: +k=5");
            assertThat(store.history(new Revision(1), 10)).isEqualTo(new HistoryResult.Compacted(new Revision(2)));
            assertThat(store.watch(new Revision(1), _ -> {})).isEqualTo(new WatchResult.Compacted(new Revision(2)));
            assertThat(store.watch(new Revision(2), _ -> {})).isInstanceOf(WatchResult.Watching.class);
        }
    }

    @Test
    void keepsFewerCommitsWhereTheyAreLarge() {
        try (Store store = new LogStore(new MemoryJournal(100, 3), () -> NOW, new SimpleMeterRegistry())) {
            commit(store, put("a", "1"));
            commit(
                    store,
                    new Transaction(
                            List.of(), List.of(StoreContract.putting("b", "1"), StoreContract.putting("c", "1"))));
            commit(store, put("d", "1"));
            assertThat(store.history(Revision.ZERO, 10)).isEqualTo(new HistoryResult.Compacted(new Revision(1)));
            assertThat(history(store, 1, 10)).containsExactly("2: +b=1 +c=1", "3: +d=1");
        }
    }
}
