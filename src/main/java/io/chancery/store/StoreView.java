package io.chancery.store;

import io.chancery.model.Revision;
import java.util.List;

/**
 * What a store held at one revision.
 *
 * @param revision the store's revision when it was read
 * @param entries sorted by key
 */
public record StoreView(Revision revision, List<Entry> entries) {

    /**
     * One key and its value.
     *
     * @param modified the revision at which the key was last written
     * @param value not to be written to
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(String key, byte[] value, Revision modified) {}
}
