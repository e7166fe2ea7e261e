package io.chancery.registry;

import io.chancery.model.Revision;
import io.chancery.store.Commit;
import io.chancery.store.CommitResult;
import io.chancery.store.HistoryResult;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreLimits;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.StoreWatcher;
import io.chancery.store.Transaction;
import io.chancery.store.WatchResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A store that commits on the caller's thread, so that a test has no thread but its own; it can be made to fail. */
final class TestingStore implements Store {

    private final TreeMap<String, StoreView.Entry> entries = new TreeMap<>();
    private final List<StoreWatcher> watchers = new ArrayList<>();
    private Revision revision = Revision.ZERO;
    private @Nullable Runnable beforeNextCommit;
    private @Nullable RuntimeException failure;

    /** Lets somebody else be faster, once. */
    void beforeNextCommit(Runnable action) {
        beforeNextCommit = action;
    }

    void failWith(RuntimeException failure) {
        this.failure = failure;
    }

    void recover() {
        failure = null;
    }

    void put(String key, byte... value) {
        commit(new Transaction(List.of(), List.of(new Operation.Put(key, value))))
                .join();
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        @Nullable Runnable action = beforeNextCommit;
        beforeNextCommit = null;
        if (action != null) {
            action.run();
        }
        return commitNow(transaction);
    }

    private synchronized CompletableFuture<CommitResult> commitNow(Transaction transaction) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        for (Transaction.Expectation expectation : transaction.expectations()) {
            StoreView.@Nullable Entry entry = entries.get(expectation.key());
            Revision actual = entry == null ? Revision.ZERO : entry.modified();
            if (!actual.equals(expectation.revision())) {
                return CompletableFuture.completedFuture(new CommitResult.Conflict(expectation.key(), actual));
            }
        }
        revision = revision.next();
        for (Operation operation : transaction.operations()) {
            switch (operation) {
                case Operation.Put(String key, byte[] value) ->
                    entries.put(key, new StoreView.Entry(key, value, revision));
                case Operation.Delete(String key) -> entries.remove(key);
            }
        }
        Commit commit = new Commit(revision, Instant.EPOCH, transaction.operations());
        watchers.forEach(watcher -> watcher.committed(commit));
        return CompletableFuture.completedFuture(new CommitResult.Committed(revision));
    }

    @Override
    public synchronized StoreView read(String prefix) {
        return new StoreView(
                revision,
                entries.values().stream()
                        .filter(entry -> entry.key().startsWith(prefix))
                        .toList());
    }

    @Override
    public synchronized WatchResult watch(Revision after, StoreWatcher watcher) {
        watchers.add(watcher);
        return new WatchResult.Watching(() -> watchers.remove(watcher));
    }

    @Override
    public HistoryResult history(Revision after, int limit) {
        throw new StoreUnavailableException("no history is kept");
    }

    @Override
    public StoreLimits limits() {
        return new StoreLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    @Override
    public Optional<String> fault() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
