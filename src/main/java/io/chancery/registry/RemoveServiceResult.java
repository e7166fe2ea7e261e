package io.chancery.registry;

import io.chancery.model.Revision;

/** What became of a request to remove a service. */
public sealed interface RemoveServiceResult {

    record Removed(Revision revision) implements RemoveServiceResult {}

    record NotFound() implements RemoveServiceResult {}

    /** It still has endpoints; nothing changed. */
    record InUse(int endpoints) implements RemoveServiceResult {}
}
