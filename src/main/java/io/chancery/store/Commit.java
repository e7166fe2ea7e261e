package io.chancery.store;

import io.chancery.model.Revision;
import java.time.Instant;
import java.util.List;

/**
 * One committed transaction.
 *
 * @param time when it was committed, by the clock of the process that committed it
 */
public record Commit(Revision revision, Instant time, List<Operation> operations) {
    public Commit {
        operations = List.copyOf(operations);
    }
}
