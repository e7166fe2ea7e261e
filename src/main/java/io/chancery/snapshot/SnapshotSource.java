package io.chancery.snapshot;

import io.chancery.model.Revision;

/** Where the xDS engine has its snapshots from. Safe for use by any thread. */
public interface SnapshotSource {

    void addListener(SnapshotListener listener);

    /**
     * Says that a client is there; a group's snapshot is compiled only while one of its nodes is.
     *
     * @param current called once, by any thread, after every change that was committed before this call has been
     *     published to the listeners, the client's group included; before that a client must not be answered, as it could
     *     be told an older state than it knows
     */
    Demand connect(SnapshotClient client, Runnable current);

    /**
     * Whether a change of this revision, or of an earlier one, has yet to be published to the clients that are there; false
     * where nobody is there to be told.
     */
    boolean isAwaited(Revision revision);

    /** One client's wish for snapshots; closing it twice is harmless. */
    interface Demand extends AutoCloseable {
        @Override
        void close();
    }
}
