package io.chancery.registry;

import io.chancery.model.Revision;

/** What a caller wants to be so before his change is made. */
public sealed interface Precondition {

    Precondition NONE = new None();

    /** The caller does not mind. */
    record None() implements Precondition {}

    /** The endpoint must not exist. */
    record Absent() implements Precondition {}

    /** The endpoint must exist, at whatever revision. */
    record Present() implements Precondition {}

    /** The endpoint must have been last written at this revision. */
    record At(Revision revision) implements Precondition {}
}
