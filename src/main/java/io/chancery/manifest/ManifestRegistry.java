package io.chancery.manifest;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Revision;
import io.chancery.store.Commit;
import io.chancery.store.CommitResult;
import io.chancery.store.Store;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.Transaction;
import io.chancery.store.Watch;
import io.chancery.store.WatchResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The manifests that operators declared.
 *
 * <p>All methods may be called from any thread. A reader sees the manifests as they were after some whole number of
 * commits, never between two, and never waits for a writer. {@link #apply} returns after the change is durable and
 * visible in {@link #view()}; it throws {@link StoreUnavailableException} when the store cannot write, and then nothing
 * was changed.
 */
@ThreadSafe
public final class ManifestRegistry implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * The view is an immutable value behind a volatile field. Only the store's watch thread replaces it, one commit at a
     * time. A writer checks his changes against the view as a whole, for manifests constrain each other, and commits them
     * on the condition that no manifest was changed since: every change writes one key, the guard, and expects it to be
     * as the view has it. Where somebody else was faster the store reports a conflict, and the writer looks again. Each
     * conflict means that another writer got on, so the loop as a whole always does.
     */

    private static final int MAX_ATTEMPTS = 10_000;

    private final Store store;
    private final InstantSource clock;
    private final ManifestMetrics metrics;
    private final List<ManifestListener> listeners = new CopyOnWriteArrayList<>();
    private final ChangeHistory history;
    private final Watch watch;

    private volatile LiveView live;

    /** Keeps as much of the past as is usual. */
    public ManifestRegistry(Store store, InstantSource clock, MeterRegistry meters) {
        this(store, clock, HistoryRetention.DEFAULT, meters);
    }

    /**
     * Loads what the store holds; when this returns, {@link #view()} is complete.
     *
     * @param clock tells the time of a change
     * @throws UnreadableManifestException if a stored manifest, or an entry of the history, cannot be read
     */
    public ManifestRegistry(Store store, InstantSource clock, HistoryRetention retention, MeterRegistry meters) {
        this.store = store;
        this.clock = clock;
        // Before the watch of this class: a reader of the live view then finds every change of it in the history.
        this.history = new ChangeHistory(store, retention);
        StoreView stored = store.read(Keys.PREFIX);
        this.live = LiveView.of(stored);
        this.metrics = new ManifestMetrics(meters, this);
        this.watch = switch (store.watch(stored.revision(), this::follow)) {
            case WatchResult.Watching(Watch started) -> started;
            case WatchResult.Compacted(Revision oldest) ->
                throw new StoreUnavailableException("The store no longer keeps what changed since revision "
                        + stored.revision().value() + " (oldest: " + oldest.value() + "); start again");
        };
    }

    public ManifestView view() {
        return live.manifests();
    }

    /** The changes that led to {@link #view()}. */
    public ChangeHistory history() {
        return history;
    }

    /** Adds a listener of later changes; it is called on the store's thread. */
    public void addListener(ManifestListener listener) {
        listeners.add(listener);
    }

    /** As {@link #apply(List, ApplyOptions)}, in the ordinary way. */
    public ApplyResult apply(List<Change> changes, String author) {
        return apply(changes, ApplyOptions.by(author));
    }

    /**
     * Makes all the changes in one transaction, or none.
     *
     * @throws io.chancery.store.TransactionTooLargeException if the store cannot take so much at once
     */
    public ApplyResult apply(List<Change> changes, ApplyOptions options) {
        @Nullable ApplyResult result = null;
        for (int attempt = 0; result == null; attempt++) {
            checkProgress(attempt);
            result = tryApply(List.copyOf(changes), options);
        }
        return metrics.recordApply(result);
    }

    /** Says what {@link #apply} would come to now, and changes nothing. */
    public DryRun dryRun(List<Change> changes, ApplyOptions options) {
        LiveView current = live;
        Instant now = clock.instant();
        List<Change> all = Pruning.complete(changes, current.manifests(), options);
        List<Fault> faults = Pruning.located(new ChangePlan(current, all, options).objections(), all, changes.size());
        Map<ManifestKey, Change> byKey = new LinkedHashMap<>();
        all.forEach(change -> byKey.putIfAbsent(change.key(), change));
        ChangePlan plan = new ChangePlan(current, List.copyOf(byKey.values()), options);
        Revision next = current.manifests().revision().next();
        LiveView after = plan.toTransaction(now, List.of())
                .map(transaction -> current.after(new Commit(next, now, transaction.operations()))
                        .view())
                .orElse(current);
        return new DryRun(current, after, plan.effects(next), faults);
    }

    /**
     * Returns the manifests as they were at a revision; empty if the history does not reach back so far.
     *
     * @param revision not after that of {@link #view()}
     */
    public Optional<ManifestView> viewAt(Revision revision) {
        LiveView current = live;
        TreePMap<ManifestKey, DeclaredManifest> manifests = current.manifests().manifests();
        Revision changed = current.guard();
        while (changed.compareTo(revision) > 0) {
            Optional<Revision> before = history.before(changed);
            Optional<List<AlteredManifest>> altered = history.manifests(changed);
            if (before.isEmpty() || altered.isEmpty()) {
                return Optional.empty();
            }
            for (AlteredManifest one : altered.get()) {
                manifests = one.before().isPresent()
                        ? manifests.plus(one.key(), one.before().get())
                        : manifests.minus(one.key());
            }
            changed = before.get();
        }
        return Optional.of(new ManifestView(revision, manifests));
    }

    /** The oldest revision that {@link #viewAt} knows. */
    public Revision oldestRevision() {
        return history.oldest().orElse(live.guard());
    }

    /** So many conflicts in a row come from no contention: the view does not follow the store any more. */
    private static void checkProgress(int attempt) {
        if (attempt == MAX_ATTEMPTS) {
            throw new StoreUnavailableException(
                    "The manifests no longer follow the store; nothing was changed. Restart the process.");
        }
    }

    /** Returns null where another writer was faster. */
    private @Nullable ApplyResult tryApply(List<Change> changes, ApplyOptions options) {
        LiveView current = live;
        Instant now = clock.instant();
        ChangePlan plan = new ChangePlan(current, Pruning.complete(changes, current.manifests(), options), options);
        Optional<ApplyResult> refusal = plan.refusal();
        if (refusal.isPresent()) {
            return Pruning.refusal(refusal.get(), plan.changes(), changes.size());
        }
        Optional<Transaction> transaction = plan.toTransaction(now, history.trim(now));
        if (transaction.isEmpty()) {
            return new ApplyResult.Applied(current.manifests().revision(), plan.effects(Revision.ZERO));
        }
        return switch (commit(transaction.get())) {
            case CommitResult.Committed(Revision revision) -> new ApplyResult.Applied(revision, plan.effects(revision));
            case CommitResult.Conflict _ -> null;
        };
    }

    @Override
    public void close() {
        watch.close();
        history.close();
    }

    private void follow(Commit commit) {
        LiveView.Step step = live.after(commit);
        live = step.view();
        if (!step.changed().isEmpty()) {
            for (ManifestListener listener : listeners) {
                listener.changed(step.view().manifests(), step.changed());
            }
        }
    }

    private CommitResult commit(Transaction transaction) {
        try {
            return store.commit(transaction).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
