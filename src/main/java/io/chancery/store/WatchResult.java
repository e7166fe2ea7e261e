package io.chancery.store;

import io.chancery.model.Revision;

/** What became of a request to watch. */
public sealed interface WatchResult {

    record Watching(Watch watch) implements WatchResult {}

    /** The commits asked for are no longer kept; {@code oldest} is the oldest revision from which a watch can start. */
    record Compacted(Revision oldest) implements WatchResult {}
}
