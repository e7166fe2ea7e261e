package io.chancery.registry;

import io.chancery.model.Revision;
import io.chancery.model.ServiceName;

/** What became of a batch. */
public sealed interface BatchResult {

    /**
     * All wishes hold at {@code revision}.
     *
     * @param changed how many of them needed a change
     * @param unchanged how many held already
     */
    record Applied(Revision revision, int changed, int unchanged) implements BatchResult {}

    /** The service would hold more endpoints than it may; nothing changed. */
    record Full(ServiceName service, int limit) implements BatchResult {}

    /**
     * The service would be left with too few endpoints; nothing changed.
     *
     * @param sound how many of them are well
     */
    record Guarded(ServiceName service, int sound) implements BatchResult {}
}
