package io.chancery.registry;

import io.chancery.model.Revision;

/** What became of a request to register an endpoint. Callers switch over it without a default. */
public sealed interface RegisterResult {

    /** The endpoint is new; readers at {@code revision} and later see it. */
    record Added(Revision revision) implements RegisterResult {}

    /** The endpoint was there with other attributes, which were replaced. */
    record Updated(Revision revision) implements RegisterResult {}

    /** The same endpoint was there with the same attributes; nothing changed and no revision was spent. */
    record Unchanged(Revision revision) implements RegisterResult {}

    /**
     * The caller's precondition did not hold.
     *
     * @param actual the revision at which the endpoint was last written, {@link Revision#ZERO} if it does not exist
     */
    record PreconditionFailed(Revision actual) implements RegisterResult {}

    /** The service holds as many endpoints as it may. */
    record Full(int limit) implements RegisterResult {}

    /**
     * To take it out of use would leave the service with too few endpoints; nothing changed.
     *
     * @param sound how many of them are well
     */
    record Guarded(int sound) implements RegisterResult {}
}
