package io.chancery.store;

/** One change to one key. */
public sealed interface Operation {

    String key();

    /** Sets the key. The array belongs to the store from here on and is never written to. */
    @SuppressWarnings("ArrayRecordComponent")
    record Put(String key, byte[] value) implements Operation {}

    /** Removes the key; removing one that does not exist is allowed. */
    record Delete(String key) implements Operation {}
}
