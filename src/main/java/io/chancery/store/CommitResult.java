package io.chancery.store;

import io.chancery.model.Revision;

/** What became of a transaction. */
public sealed interface CommitResult {

    record Committed(Revision revision) implements CommitResult {}

    /**
     * An expectation did not hold and nothing was changed.
     *
     * @param actual the revision at which the key was last written, {@link Revision#ZERO} if it does not exist
     */
    record Conflict(String key, Revision actual) implements CommitResult {}
}
