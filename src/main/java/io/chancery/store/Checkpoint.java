package io.chancery.store;

import io.chancery.model.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which keys must be written into the checkpoint before the commits that changed them need not be replayed any more.
 *
 * <p>Folding goes in rounds. A round covers all commits up to the revision at which it began, and writes each key that
 * they touched once, in key order, with the value it has by then. When all are written, the checkpoint stands at the
 * round's revision. In between it is a mixture of older and newer values, which does no harm: recovery replays every
 * commit after the last finished round, and the last replayed change of each key is its newest.
 */
final class Checkpoint {

    /**
     * When folding and trimming are due.
     *
     * @param idleOperations operations in the tail from which folding is worth while when nothing else is to be done
     * @param idleBytes the same for the bytes of the tail
     * @param overdueOperations operations in the tail from which folding may not wait any more; replaying them takes
     *     about a second
     * @param overdueBytes the same for the bytes of the tail
     * @param historyCommits how many commits are kept for watches and history
     * @param historyBytes how large the kept commits may be together, if that is reached first
     */
    record Bounds(
            int idleOperations,
            long idleBytes,
            int overdueOperations,
            long overdueBytes,
            int historyCommits,
            long historyBytes) {

        static final Bounds DEFAULT = new Bounds(10_000, 4L << 20, 1_000_000, 256L << 20, 100_000, 256L << 20);
    }

    private final Bounds bounds;

    private TreeSet<String> round = new TreeSet<>();
    private TreeSet<String> next = new TreeSet<>();
    private boolean roundOpen;

    private Revision checkpoint = Revision.ZERO;
    private Revision roundEnd = Revision.ZERO;
    private Revision last = Revision.ZERO;

    private long roundOperations;
    private long roundBytes;
    private long nextOperations;
    private long nextBytes;

    Checkpoint(Bounds bounds) {
        this.bounds = bounds;
    }

    /** The commits up to this one need no replay. */
    void startAt(Revision revision) {
        checkpoint = revision;
        last = revision;
    }

    void note(Commit commit, long bytes) {
        for (Operation operation : commit.operations()) {
            next.add(operation.key());
        }
        nextOperations += commit.operations().size();
        nextBytes += bytes;
        last = commit.revision();
    }

    /** Returns the revision up to which commits need no replay. */
    Revision revision() {
        return checkpoint;
    }

    long tail() {
        return last.value() - checkpoint.value();
    }

    Journal.Upkeep due() {
        long operations = roundOperations + nextOperations;
        long bytes = roundBytes + nextBytes;
        if (operations >= bounds.overdueOperations() || bytes >= bounds.overdueBytes()) {
            return Journal.Upkeep.OVERDUE;
        }
        boolean worthWhile = roundOpen || operations >= bounds.idleOperations() || bytes >= bounds.idleBytes();
        return worthWhile ? Journal.Upkeep.WHEN_IDLE : Journal.Upkeep.NONE;
    }

    /**
     * A part of a round.
     *
     * @param keys to be written now
     * @param reached where the checkpoint stands once they are written, if they are the round's last
     */
    record Chunk(List<String> keys, Optional<Revision> reached) {}

    /** Returns what is to be written next; the same again until {@link #written} is called. */
    Chunk chunk(int budget) {
        if (!roundOpen) {
            roundOpen = true;
            round = next;
            next = new TreeSet<>();
            roundEnd = last;
            roundOperations = nextOperations;
            roundBytes = nextBytes;
            nextOperations = 0;
            nextBytes = 0;
        }
        List<String> keys = new ArrayList<>(Math.min(budget, round.size()));
        for (String key : round) {
            if (keys.size() == budget) {
                break;
            }
            keys.add(key);
        }
        return new Chunk(keys, keys.size() == round.size() ? Optional.of(roundEnd) : Optional.empty());
    }

    void written(Chunk chunk) {
        for (int i = 0; i < chunk.keys().size(); i++) {
            round.pollFirst();
        }
        if (chunk.reached().isPresent()) {
            checkpoint = roundEnd;
            roundOpen = false;
            roundOperations = 0;
            roundBytes = 0;
        }
    }
}
