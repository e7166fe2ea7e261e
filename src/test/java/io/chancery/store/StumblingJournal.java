package io.chancery.store;

import io.chancery.model.Revision;
import java.util.List;
import java.util.SplittableRandom;

/** A journal that does its upkeep in steps of a few keys, so that a round is seldom finished. */
final class StumblingJournal implements Journal {

    private final Journal journal;
    private final SplittableRandom random;

    StumblingJournal(Journal journal, SplittableRandom random) {
        this.journal = journal;
        this.random = random;
    }

    @Override
    public KeySpace load() {
        return journal.load();
    }

    @Override
    public void append(List<Commit> group) {
        journal.append(group);
    }

    @Override
    public void heal(Revision last) {
        journal.heal(last);
    }

    @Override
    public Revision oldest() {
        return journal.oldest();
    }

    @Override
    public List<Commit> after(Revision after, int limit) {
        return journal.after(after, limit);
    }

    @Override
    public long tail() {
        return journal.tail();
    }

    /** Whatever is due is due now, so that histories that never rest are folded too. */
    @Override
    public Upkeep upkeepDue() {
        return journal.upkeepDue() == Upkeep.NONE ? Upkeep.NONE : Upkeep.OVERDUE;
    }

    @Override
    public void upkeep(KeySpace keys, int budget) {
        journal.upkeep(keys, 1 + random.nextInt(4));
    }

    @Override
    public void close() {
        journal.close();
    }
}
