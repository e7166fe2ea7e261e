package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Revision;
import io.chancery.snapshot.Quarantine;
import io.chancery.store.Commit;
import io.chancery.store.CommitResult;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.Transaction;
import io.chancery.store.Watch;
import io.chancery.store.WatchResult;
import io.chancery.vault.Vault;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The versions that nodes refused, as the store has them: they outlive the process, and reach every replica.
 *
 * <p>All methods may be called from any thread. A change returns after it is durable and visible; it throws {@link
 * StoreUnavailableException} when the store cannot write, and then nothing was changed.
 */
@ThreadSafe
public final class QuarantineRegistry implements Quarantine, AutoCloseable {

    /*
     * Concurrency
     * -----------
     * The view is an immutable value behind a volatile field, which only the store's watch thread replaces. A writer
     * expects the one key that he changes to be as the view has it, and looks again where somebody else was faster.
     */

    private static final int MAX_ATTEMPTS = 100;

    private final Store store;
    private final QuarantineCodec codec;
    private final QuarantineMode mode;
    private final List<Consumer<Set<ResourceName>>> listeners = new CopyOnWriteArrayList<>();
    private final Watch watch;

    private volatile LiveView live;

    private record Stored(RefusedVersion refused, Revision modified) {}

    private record LiveView(TreePMap<String, Stored> versions, View view) {

        static LiveView of(TreePMap<String, Stored> versions, Revision revision, QuarantineMode mode) {
            TreePMap<String, HeldBack> held = TreePMap.empty();
            TreePMap<String, ResourceName> remembered = TreePMap.empty();
            for (Stored one : versions.values()) {
                RefusedVersion refused = one.refused();
                if (refused.state() == RefusedVersion.State.HELD && mode == QuarantineMode.ROLLBACK) {
                    held = held.plus(refused.version(), refused.toHeldBack());
                } else {
                    remembered = remembered.plus(refused.version(), refused.resource());
                }
            }
            return new LiveView(versions, new View(revision, held, remembered));
        }
    }

    /**
     * Loads what the store holds; when this returns, {@link #view()} is complete.
     *
     * @param vault encrypts what must not be readable in the store
     * @param mode unless it is {@code ROLLBACK}, nothing is held back, whatever the store says
     * @throws UnreadableQuarantineException if a stored value cannot be read
     */
    public QuarantineRegistry(Store store, Vault vault, QuarantineMode mode) {
        this.store = store;
        this.codec = new QuarantineCodec(vault);
        this.mode = mode;
        StoreView stored = store.read(QuarantineCodec.PREFIX);
        TreePMap<String, Stored> versions = TreePMap.empty();
        for (StoreView.Entry entry : stored.entries()) {
            RefusedVersion refused = codec.decode(entry.key(), entry.value());
            versions = versions.plus(refused.version(), new Stored(refused, entry.modified()));
        }
        this.live = LiveView.of(versions, stored.revision(), mode);
        this.watch = switch (store.watch(stored.revision(), this::follow)) {
            case WatchResult.Watching(Watch started) -> started;
            case WatchResult.Compacted(Revision oldest) ->
                throw new StoreUnavailableException("The store no longer keeps what changed since revision "
                        + stored.revision().value() + " (oldest: " + oldest.value() + "); start again");
        };
    }

    @Override
    public View view() {
        return live.view();
    }

    @Override
    public void addListener(Consumer<Set<ResourceName>> listener) {
        listeners.add(listener);
    }

    /** All of them, by version. */
    public TreePMap<String, RefusedVersion> versions() {
        TreePMap<String, RefusedVersion> versions = TreePMap.empty();
        for (Stored one : live.versions().values()) {
            versions = versions.plus(one.refused().version(), shown(one.refused()));
        }
        return versions;
    }

    public Optional<RefusedVersion> version(String version) {
        return Optional.ofNullable(live.versions().get(version)).map(one -> shown(one.refused()));
    }

    int size() {
        return live.versions().size();
    }

    private RefusedVersion shown(RefusedVersion refused) {
        return refused.state() == RefusedVersion.State.HELD && mode != QuarantineMode.ROLLBACK
                ? refused.in(RefusedVersion.State.REPORTED, refused.time())
                : refused;
    }

    /** Adds one unless it is there already. */
    void add(RefusedVersion refused) {
        var _ = commit(new Transaction(
                List.of(new Transaction.Expectation(QuarantineCodec.key(refused.version()), Revision.ZERO)),
                List.of(new Operation.Put(QuarantineCodec.key(refused.version()), codec.encode(refused)))));
    }

    /**
     * Replaces one.
     *
     * @param next called again where another writer was faster
     * @return the revision at which it is so; empty if there is no such version
     */
    Optional<Revision> change(String version, UnaryOperator<RefusedVersion> next) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            @Nullable Stored current = live.versions().get(version);
            if (current == null) {
                return Optional.empty();
            }
            RefusedVersion changed = next.apply(current.refused());
            if (changed.equals(current.refused())) {
                return Optional.of(current.modified());
            }
            Transaction transaction = new Transaction(
                    List.of(new Transaction.Expectation(QuarantineCodec.key(version), current.modified())),
                    List.of(new Operation.Put(QuarantineCodec.key(version), codec.encode(changed))));
            if (commit(transaction) instanceof CommitResult.Committed(Revision revision)) {
                return Optional.of(revision);
            }
        }
        throw new StoreUnavailableException(
                "The quarantine no longer follows the store; nothing was changed. Restart the process.");
    }

    /** Removes one that is of no more consequence, unless another writer was faster. */
    void remove(String version) {
        @Nullable Stored current = live.versions().get(version);
        if (current != null) {
            var _ = commit(new Transaction(
                    List.of(new Transaction.Expectation(QuarantineCodec.key(version), current.modified())),
                    List.of(new Operation.Delete(QuarantineCodec.key(version)))));
        }
    }

    @Override
    public void close() {
        watch.close();
    }

    private void follow(Commit commit) {
        LiveView before = live;
        TreePMap<String, Stored> versions = before.versions();
        Set<ResourceName> changed = new HashSet<>();
        for (Operation operation : commit.operations()) {
            if (operation.key().startsWith(QuarantineCodec.PREFIX)) {
                String version = operation.key().substring(QuarantineCodec.PREFIX.length());
                Optional.ofNullable(versions.get(version))
                        .ifPresent(one -> changed.add(one.refused().resource()));
                versions = switch (operation) {
                    case Operation.Put(String key, byte[] value) -> {
                        RefusedVersion refused = codec.decode(key, value);
                        changed.add(refused.resource());
                        yield versions.plus(version, new Stored(refused, commit.revision()));
                    }
                    case Operation.Delete _ -> versions.minus(version);
                };
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        live = LiveView.of(versions, commit.revision(), mode);
        listeners.forEach(listener -> listener.accept(changed));
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
