package io.chancery.store;

import io.chancery.model.Revision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Keeps the newest commits until the process ends. */
final class MemoryJournal implements Journal {

    private final int maxCommits;
    private final int maxOperations;
    private final ArrayDeque<Commit> commits = new ArrayDeque<>();
    private int operations;
    private Revision oldest = Revision.ZERO;

    /**
     * @param maxCommits how many commits are kept
     * @param maxOperations how many operations the kept commits may have together, so that large batches do not fill
     *     the memory
     */
    MemoryJournal(int maxCommits, int maxOperations) {
        this.maxCommits = maxCommits;
        this.maxOperations = maxOperations;
    }

    @Override
    public KeySpace load() {
        return new KeySpace(new StoreView(Revision.ZERO, List.of()));
    }

    @Override
    public void append(List<Commit> group) {
        for (Commit commit : group) {
            commits.add(commit);
            operations += commit.operations().size();
        }
        while (commits.size() > maxCommits || operations > maxOperations) {
            Commit dropped = commits.remove();
            operations -= dropped.operations().size();
            oldest = dropped.revision();
        }
    }

    @Override
    public void heal(Revision last) {
        // An append to memory does not fail.
    }

    @Override
    public Revision oldest() {
        return oldest;
    }

    @Override
    public List<Commit> after(Revision after, int limit) {
        List<Commit> found = new ArrayList<>();
        for (Commit commit : commits) {
            if (commit.revision().compareTo(after) > 0) {
                found.add(commit);
                if (found.size() == limit) {
                    break;
                }
            }
        }
        return found;
    }

    @Override
    public long tail() {
        return 0;
    }

    @Override
    public Upkeep upkeepDue() {
        return Upkeep.NONE;
    }

    @Override
    public void upkeep(KeySpace keys, int budget) {
        // Nothing is ever due.
    }

    @Override
    public void close() {
        commits.clear();
    }
}
