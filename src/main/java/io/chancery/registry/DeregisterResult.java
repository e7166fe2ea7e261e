package io.chancery.registry;

import io.chancery.model.Revision;

/** What became of a request to remove an endpoint. */
public sealed interface DeregisterResult {

    record Removed(Revision revision) implements DeregisterResult {}

    /** It was not there; nothing changed. */
    record NotFound() implements DeregisterResult {}

    /** The caller's precondition did not hold. */
    record PreconditionFailed(Revision actual) implements DeregisterResult {}

    /**
     * Its removal would leave the service with too few endpoints; nothing changed.
     *
     * @param sound how many of them are well
     */
    record Guarded(int sound) implements DeregisterResult {}
}
