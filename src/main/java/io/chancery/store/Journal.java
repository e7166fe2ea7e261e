package io.chancery.store;

import io.chancery.model.Revision;
import java.util.List;

/**
 * Where a {@link LogStore} keeps its commits. Called by one thread at a time: by the one that constructs the store, then
 * by the store's writer only.
 */
interface Journal extends AutoCloseable {

    /** Returns what all kept commits amount to; called once, first. */
    KeySpace load();

    /**
     * Keeps the commits, all or none; when this returns they are as durable as the journal promises.
     *
     * @throws StoreUnavailableException if it cannot; {@link #heal} must be called before the next attempt
     */
    void append(List<Commit> group);

    /**
     * Called after a failed append: makes sure that nothing after {@code last} is kept, and that writing works.
     *
     * @throws StoreUnavailableException if it still does not
     */
    void heal(Revision last);

    /** Returns the oldest revision after which every commit is still kept. */
    Revision oldest();

    /**
     * Returns kept commits after {@code after} in revision order, at most {@code limit}, and fewer where they are large,
     * but at least one if there is one.
     *
     * @param after {@link #oldest()} or newer
     */
    List<Commit> after(Revision after, int limit);

    /** Returns how many commits a restart would have to replay. */
    long tail();

    /** What the journal would like to do besides appending. */
    Upkeep upkeepDue();

    /**
     * Does a small part of what {@link #upkeepDue()} is about.
     *
     * @param keys what the appended commits amount to
     * @param budget about how many keys to write
     */
    void upkeep(KeySpace keys, int budget);

    @Override
    void close();

    /** How badly a journal wants upkeep. */
    enum Upkeep {
        NONE,
        /** When nothing else is to be done. */
        WHEN_IDLE,
        /** Now, or the time of a restart grows beyond its bound. */
        OVERDUE
    }
}
