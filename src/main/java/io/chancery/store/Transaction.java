package io.chancery.store;

import io.chancery.model.Revision;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes that are made together or not at all.
 *
 * @param expectations what must hold for the changes to be made
 * @param operations at least one; no two for the same key
 */
public record Transaction(List<Expectation> expectations, List<Operation> operations) {

    public Transaction {
        expectations = List.copyOf(expectations);
        operations = List.copyOf(operations);
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("a transaction needs at least one operation");
        }
        if (operations.size() > 1) {
            Set<String> keys = HashSet.newHashSet(operations.size());
            for (Operation operation : operations) {
                if (!keys.add(operation.key())) {
                    throw new IllegalArgumentException("two operations for the key " + operation.key());
                }
            }
        }
    }

    /**
     * What must be so of one key.
     *
     * @param revision the revision at which the key must have been last written; {@link Revision#ZERO} means that it
     *     must not exist
     */
    public record Expectation(String key, Revision revision) {}
}
