package io.chancery.snapshot;

import java.util.concurrent.CompletableFuture;

/** Told of every published snapshot, in revision order, by the compiler's thread. */
@FunctionalInterface
public interface SnapshotListener {

    /**
     * Takes a new snapshot.
     *
     * @return completes when the update has been handed to every client that takes it now; until then (and at most for
     *     the hold-off's maximum) further changes gather and go together
     */
    CompletableFuture<?> published(SnapshotUpdate update);
}
