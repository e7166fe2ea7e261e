package io.chancery.store;

import io.chancery.model.Revision;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One ordered log of committed changes, and the keys and values that they amount to.
 *
 * <p>All methods may be called from any thread.
 *
 * <ul>
 *   <li>A transaction is all or nothing, and has one revision, the next after the one before it.
 *   <li>A commit's future completes after the change is durable (as far as the implementation promises that), and after
 *       every watcher in this process has been told: who reads a watcher's view after the reply reads his own write.
 *   <li>Watchers are told every change once, in revision order, by one thread at a time.
 *   <li>A failure of the environment (disk full, store closed) completes the future with {@link
 *       StoreUnavailableException}; the transaction then left no trace.
 * </ul>
 */
public interface Store extends AutoCloseable {

    /**
     * Commits the transaction if all its expectations hold.
     *
     * @return completes with {@link CommitResult}, or exceptionally with {@link StoreUnavailableException}, or with
     *     {@link TransactionTooLargeException} where the transaction exceeds {@link #limits()}
     */
    CompletableFuture<CommitResult> commit(Transaction transaction);

    /** Returns all entries whose key begins with {@code prefix}, sorted by key, as they were at one revision. */
    StoreView read(String prefix);

    /**
     * Tells the watcher every commit after {@code after}: first those of the past, then each new one.
     *
     * @return {@link WatchResult.Compacted} if commits after {@code after} are no longer kept; the caller reads again
     */
    WatchResult watch(Revision after, StoreWatcher watcher);

    /**
     * Returns commits after {@code after} in revision order.
     *
     * @param limit how many at most, 1 or more
     */
    HistoryResult history(Revision after, int limit);

    StoreLimits limits();

    /** Empty while the store can write, otherwise why it cannot, for people. */
    Optional<String> fault();

    /** Waits for commits under way, then releases what the store holds. Commits after it fail. */
    @Override
    void close();
}
