package io.chancery.snapshot;

/** Where the xDS engine has its snapshots from. Safe for use by any thread. */
public interface SnapshotSource {

    void addListener(SnapshotListener listener);

    /**
     * Says that a client is there; snapshots are compiled only while one is.
     *
     * @param current called once, by any thread, after every change that was committed before this call has been
     *     published to the listeners; before that a client must not be answered, as it could be told an older state than
     *     it knows
     */
    Demand connect(Runnable current);

    /** One client's wish for snapshots; closing it twice is harmless. */
    interface Demand extends AutoCloseable {
        @Override
        void close();
    }
}
