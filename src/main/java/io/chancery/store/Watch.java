package io.chancery.store;

/** A watch under way. */
public interface Watch extends AutoCloseable {

    /** Ends the watch; when this returns, the watcher is not called again. */
    @Override
    void close();
}
