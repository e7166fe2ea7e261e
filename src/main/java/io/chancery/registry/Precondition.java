package io.chancery.registry;

import io.chancery.model.Revision;

/** What a caller wants to be so of what he changes, before it is changed. */
public sealed interface Precondition {

    Precondition NONE = new None();

    /** The caller does not mind. */
    record None() implements Precondition {}

    /** It must not exist. */
    record Absent() implements Precondition {}

    /** It must exist, at whatever revision. */
    record Present() implements Precondition {}

    /** It must have been last written at this revision. */
    record At(Revision revision) implements Precondition {}
}
