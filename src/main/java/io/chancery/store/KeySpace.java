package io.chancery.store;

import io.chancery.model.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The keys and values that the commits so far amount to. Not thread-safe: it belongs to the store's writer. */
final class KeySpace {

    private final TreeMap<String, StoreView.Entry> entries = new TreeMap<>();
    private Revision revision;

    KeySpace(StoreView start) {
        revision = start.revision();
        for (StoreView.Entry entry : start.entries()) {
            entries.put(entry.key(), entry);
        }
    }

    Revision revision() {
        return revision;
    }

    int size() {
        return entries.size();
    }

    StoreView.@Nullable Entry get(String key) {
        return entries.get(key);
    }

    /** Returns all entries whose key begins with the prefix. */
    StoreView read(String prefix) {
        List<StoreView.Entry> found = new ArrayList<>(prefix.isEmpty() ? entries.size() : 16);
        for (StoreView.Entry entry : entries.tailMap(prefix, true).values()) {
            if (!entry.key().startsWith(prefix)) {
                break;
            }
            found.add(entry);
        }
        return new StoreView(revision, Collections.unmodifiableList(found));
    }

    void apply(Commit commit) {
        Revision at = commit.revision();
        for (Operation operation : commit.operations()) {
            switch (operation) {
                // The key object of the entry that is replaced lives on, so that there is one per key, not two.
                case Operation.Put(String key, byte[] value) ->
                    entries.compute(key, (_, old) -> new StoreView.Entry(old == null ? key : old.key(), value, at));
                case Operation.Delete(String key) -> entries.remove(key);
            }
        }
        revision = at;
    }

    /** Transactions that shall be committed together, each seeing those before it. */
    final class Stage {

        private final Map<String, Revision> changed = new HashMap<>();
        private final List<Commit> commits = new ArrayList<>();
        private final Instant time;
        private Revision last = revision;

        Stage(Instant time) {
            this.time = time;
        }

        /** Takes the transaction up if its expectations hold; the result is valid once the stage's commits are durable. */
        CommitResult add(Transaction transaction) {
            for (Transaction.Expectation expectation : transaction.expectations()) {
                Revision actual = modified(expectation.key());
                if (!actual.equals(expectation.revision())) {
                    return new CommitResult.Conflict(expectation.key(), actual);
                }
            }
            last = last.next();
            for (Operation operation : transaction.operations()) {
                changed.put(
                        operation.key(),
                        switch (operation) {
                            case Operation.Put _ -> last;
                            case Operation.Delete _ -> Revision.ZERO;
                        });
            }
            commits.add(new Commit(last, time, transaction.operations()));
            return new CommitResult.Committed(last);
        }

        List<Commit> commits() {
            return commits;
        }

        private Revision modified(String key) {
            @Nullable Revision staged = changed.get(key);
            if (staged != null) {
                return staged;
            }
            StoreView.@Nullable Entry entry = entries.get(key);
            return entry == null ? Revision.ZERO : entry.modified();
        }
    }
}
