package io.chancery.manifest;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Revision;
import io.chancery.store.Commit;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.Watch;
import io.chancery.store.WatchResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The changes of manifests that were made, as far back as they are kept.
 *
 * <p>All methods may be called from any thread. A change is in here once {@link ManifestRegistry#apply} has returned. What
 * the changes held is read from the store when it is asked for, so that only a summary of each is in memory twice.
 */
@ThreadSafe
public final class ChangeHistory implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * The view is an immutable value behind a volatile field, which only the store's watch thread replaces. Entries are
     * written and removed by the transactions of ManifestRegistry, nowhere else.
     */

    /** How many entries a change removes at most: a transaction has few operations where the store is etcd. */
    private static final int TRIMMED_AT_ONCE = 16;

    private final Store store;
    private final HistoryCodec codec;
    private final HistoryRetention retention;
    private final Watch watch;

    private volatile View view;

    /**
     * An entry and where it is.
     *
     * @param before the revision of the change before it
     */
    private record Kept(String key, Revision before, HistoryEntry entry, int bytes) {}

    private record View(
            Revision revision, TreePMap<Revision, Kept> entries, TreePMap<String, Revision> byKey, long bytes) {

        View at(Revision next) {
            return new View(next, entries, byKey, bytes);
        }

        View with(Kept kept) {
            Revision modified = kept.entry().revision();
            return new View(
                    revision, entries.plus(modified, kept), byKey.plus(kept.key(), modified), bytes + kept.bytes());
        }

        View without(String key) {
            @Nullable Revision modified = byKey.get(key);
            if (modified == null) {
                return this;
            }
            @Nullable Kept kept = entries.get(modified);
            return new View(
                    revision, entries.minus(modified), byKey.minus(key), bytes - (kept == null ? 0 : kept.bytes()));
        }
    }

    /** @throws UnreadableManifestException if a stored entry cannot be read */
    ChangeHistory(Store store, HistoryCodec codec, HistoryRetention retention) {
        this.store = store;
        this.codec = codec;
        this.retention = retention;
        StoreView stored = store.read(HistoryCodec.PREFIX);
        View loaded = new View(stored.revision(), TreePMap.empty(), TreePMap.empty(), 0);
        for (StoreView.Entry entry : stored.entries()) {
            loaded = loaded.with(kept(entry.key(), entry.value(), entry.modified()));
        }
        this.view = loaded;
        this.watch = switch (store.watch(stored.revision(), this::follow)) {
            case WatchResult.Watching(Watch started) -> started;
            case WatchResult.Compacted(Revision oldest) ->
                throw new StoreUnavailableException("The store no longer keeps what changed since revision "
                        + stored.revision().value() + " (oldest: " + oldest.value() + "); start again");
        };
    }

    private Kept kept(String key, byte[] value, Revision modified) {
        return new Kept(key, HistoryCodec.before(key), codec.decode(key, value, modified), value.length);
    }

    private void follow(Commit commit) {
        View next = view;
        for (Operation operation : commit.operations()) {
            if (operation.key().startsWith(HistoryCodec.PREFIX)) {
                next = switch (operation) {
                    case Operation.Put(String key, byte[] value) -> next.with(kept(key, value, commit.revision()));
                    case Operation.Delete(String key) -> next.without(key);
                };
            }
        }
        view = next.at(commit.revision());
    }

    /** How many changes are kept. */
    public int size() {
        return view.entries().size();
    }

    /** Those changes that are wanted, the newest first. */
    public List<HistoryEntry> entries(Predicate<HistoryEntry> wanted) {
        return view.entries().descendingMap().values().stream()
                .map(Kept::entry)
                .filter(wanted)
                .toList();
    }

    public Optional<HistoryEntry> entry(Revision revision) {
        return Optional.ofNullable(view.entries().get(revision)).map(Kept::entry);
    }

    /**
     * Returns what a change altered, in the order of its entry; empty if it is not kept.
     *
     * @throws UnreadableManifestException if this version cannot read it
     */
    public Optional<List<AlteredManifest>> manifests(Revision revision) {
        return Optional.ofNullable(view.entries().get(revision))
                .flatMap(kept -> store.read(kept.key()).entries().stream()
                        .filter(entry -> entry.key().equals(kept.key()))
                        .findFirst()
                        .map(entry -> codec.decodeManifests(entry.key(), entry.value(), entry.modified())));
    }

    /**
     * The revision of the change before this one, from which on until this one nothing changed; empty if the change is not
     * kept.
     */
    Optional<Revision> before(Revision revision) {
        return Optional.ofNullable(view.entries().get(revision)).map(Kept::before);
    }

    /** The oldest revision that can be looked back to, if anything is kept. */
    Optional<Revision> oldest() {
        TreePMap<Revision, Kept> entries = view.entries();
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.firstEntry().getValue().before());
    }

    /** What is to be removed with the next change so that, bit by bit, no more is kept than should be. */
    List<Operation> trim(Instant now) {
        View current = view;
        Instant since = now.minus(retention.maxAge());
        int left = current.entries().size();
        long bytes = current.bytes();
        List<Operation> trimmed = new ArrayList<>();
        for (Kept oldest : current.entries().values()) {
            boolean spare = left >= retention.maxEntries()
                    || bytes > retention.maxBytes()
                    || oldest.entry().time().isBefore(since);
            if (!spare || trimmed.size() == TRIMMED_AT_ONCE) {
                break;
            }
            trimmed.add(new Operation.Delete(oldest.key()));
            left--;
            bytes -= oldest.bytes();
        }
        return trimmed;
    }

    @Override
    public void close() {
        watch.close();
    }
}
