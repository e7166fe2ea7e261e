package io.chancery.registry;

import io.chancery.model.Revision;
import java.util.Optional;

/** What a caller wants to be so of what he changes, before it is changed. */
public sealed interface Precondition {

    Precondition NONE = new None();

    /**
     * Whether it is so.
     *
     * @param current the revision at which it was last written; empty if it does not exist
     */
    boolean holds(Optional<Revision> current);

    /** The caller does not mind. */
    record None() implements Precondition {

        @Override
        public boolean holds(Optional<Revision> current) {
            return true;
        }
    }

    /** It must not exist. */
    record Absent() implements Precondition {

        @Override
        public boolean holds(Optional<Revision> current) {
            return current.isEmpty();
        }
    }

    /** It must exist, at whatever revision. */
    record Present() implements Precondition {

        @Override
        public boolean holds(Optional<Revision> current) {
            return current.isPresent();
        }
    }

    /** It must have been last written at this revision. */
    record At(Revision revision) implements Precondition {

        @Override
        public boolean holds(Optional<Revision> current) {
            return current.equals(Optional.of(revision));
        }
    }
}
