package io.chancery.store;

/** Told of commits, in revision order, one thread at a time. Must return quickly and must not call the store. */
@FunctionalInterface
public interface StoreWatcher {

    void committed(Commit commit);
}
