package io.chancery.manifest;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.Commit;
import io.chancery.store.CommitResult;
import io.chancery.store.Store;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.Transaction;
import io.chancery.store.Watch;
import io.chancery.store.WatchResult;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
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
    private final ServiceDirectory services;
    private final HistoryCodec codec;
    private final InstantSource clock;
    private final ManifestMetrics metrics;
    private final List<ManifestListener> listeners = new CopyOnWriteArrayList<>();
    private final ChangeHistory history;
    private final Watch watch;

    private volatile LiveView live;

    /** Keeps as much of the past as is usual. */
    public ManifestRegistry(
            Store store, ServiceDirectory services, Vault vault, InstantSource clock, MeterRegistry meters) {
        this(store, services, vault, clock, HistoryRetention.DEFAULT, meters);
    }

    /**
     * Loads what the store holds; when this returns, {@link #view()} is complete.
     *
     * @param services those that are registered, which manifests may refer to
     * @param vault encrypts what must not be readable in the store
     * @param clock tells the time of a change
     * @throws UnreadableManifestException if a stored manifest, or an entry of the history, cannot be read
     */
    public ManifestRegistry(
            Store store,
            ServiceDirectory services,
            Vault vault,
            InstantSource clock,
            HistoryRetention retention,
            MeterRegistry meters) {
        this.store = store;
        this.services = services;
        this.codec = new HistoryCodec(vault);
        this.clock = clock;
        // Before the watch of this class: a reader of the live view then finds every change of it in the history.
        this.history = new ChangeHistory(store, codec, retention);
        StoreView stored = store.read(Keys.PREFIX);
        this.live = LiveView.of(stored, codec.manifests());
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
        List<Change> wanted = List.copyOf(changes);
        return apply(view -> plan(view, wanted, options), wanted.size());
    }

    private ChangePlan plan(LiveView view, List<Change> changes, ApplyOptions options) {
        return new ChangePlan(
                view,
                services,
                Pruning.complete(changes, view.manifests(), options),
                new Writer.Person(options.author()),
                options);
    }

    /**
     * Makes the manifests that a file or folder declares what it says now, in one transaction, or changes nothing: puts
     * those that it has, and removes those that it had. It takes over what was declared over the API, and what belongs to
     * a source that is not watched any longer.
     *
     * @param source the file or folder, as it was configured
     * @param manifests what it declares; a {@link Fault} counts them from 0, and comes after them where it is about one
     *     that is to be removed
     * @param sources all that are watched
     */
    public ApplyResult applySource(String source, List<FileManifest> manifests, Set<String> sources) {
        List<FileOwner> owners = manifests.stream().map(FileManifest::owner).toList();
        Writer writer = new Writer.Source(source, owners, Set.copyOf(sources));
        ApplyOptions options = ApplyOptions.by(writer.author());
        return apply(
                view -> new ChangePlan(view, services, changesOf(view, source, manifests), writer, options),
                Integer.MAX_VALUE);
    }

    private static List<Change> changesOf(LiveView view, String source, List<FileManifest> manifests) {
        List<Change> changes = new ArrayList<>();
        Set<ManifestKey> kept = new HashSet<>();
        for (FileManifest wanted : manifests) {
            changes.add(new Change.Put(wanted.manifest(), Precondition.NONE));
            kept.add(wanted.manifest().key());
        }
        view.manifests().manifests().forEach((key, existing) -> {
            boolean had = existing.owner()
                    .filter(owner -> owner.source().equals(source))
                    .isPresent();
            if (had && !kept.contains(key)) {
                changes.add(new Change.Delete(key, Precondition.NONE));
            }
        });
        return changes;
    }

    /** @param documents how many of a plan's changes somebody asked for; the others are said in words of their own */
    private ApplyResult apply(Function<LiveView, ChangePlan> planFor, int documents) {
        @Nullable ApplyResult result = null;
        for (int attempt = 0; result == null; attempt++) {
            checkProgress(attempt);
            result = tryApply(planFor, documents);
        }
        return metrics.recordApply(result);
    }

    /** Says what {@link #apply} would come to now, and changes nothing. */
    public DryRun dryRun(List<Change> changes, ApplyOptions options) {
        LiveView current = live;
        Instant now = clock.instant();
        ChangePlan whole = plan(current, changes, options);
        List<Change> all = whole.changes();
        List<Fault> faults = Pruning.located(whole.objections(now), all, changes.size());
        Map<ManifestKey, Change> byKey = new LinkedHashMap<>();
        all.forEach(change -> byKey.putIfAbsent(change.key(), change));
        ChangePlan plan = new ChangePlan(
                current, services, List.copyOf(byKey.values()), new Writer.Person(options.author()), options);
        Revision next = current.manifests().revision().next();
        LiveView after = plan.toTransaction(now, codec, List.of())
                .map(transaction -> current.after(new Commit(next, now, transaction.operations()), codec.manifests())
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
    private @Nullable ApplyResult tryApply(Function<LiveView, ChangePlan> planFor, int documents) {
        LiveView current = live;
        Instant now = clock.instant();
        ChangePlan plan = planFor.apply(current);
        Optional<ApplyResult> refusal = plan.refusal(now);
        if (refusal.isPresent()) {
            return Pruning.refusal(refusal.get(), plan.changes(), documents);
        }
        Optional<Transaction> transaction = plan.toTransaction(now, codec, history.trim(now));
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
        LiveView.Step step = live.after(commit, codec.manifests());
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
