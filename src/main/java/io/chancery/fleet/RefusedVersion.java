package io.chancery.fleet;

import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Quarantine;
import io.chancery.snapshot.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A version of a resource that nodes refused.
 *
 * @param version of the resource
 * @param state what became of it
 * @param origin the change that made it
 * @param replacement what goes out in its place
 * @param refusal who refused it, why
 * @param time when it came into this state, by the clock of the process that decided so
 */
public record RefusedVersion(
        Quarantine.ResourceName resource,
        String version,
        State state,
        Origin origin,
        Replacement replacement,
        Cause refusal,
        Instant time) {

    /** Nodes that are named in {@link Cause#nodes()} at most. */
    public static final int MAX_NODES = 100;

    /** What became of it. */
    public enum State {
        /** Nodes that do not have it are not sent it. */
        HELD,
        /** It is sent all the same: nothing is to be held back, or there is nothing better. */
        REPORTED,
        /** An operator let it go; it is not held back again. */
        RELEASED
    }

    /**
     * What goes out in the place of a version that is held back.
     *
     * @param good the last version that a node accepted; empty if there is none
     * @param companions what {@code good} names, where that may no longer exist
     */
    public record Replacement(Optional<Resource> good, List<Resource> companions) {

        static final Replacement NONE = new Replacement(Optional.empty(), List.of());

        public Replacement {
            companions = List.copyOf(companions);
        }
    }

    /**
     * Why it counts as refused.
     *
     * @param message the words of the first node that refused it, cut and without control characters
     * @param nodes at most {@value #MAX_NODES} nodes that refused it, sorted
     */
    public record Cause(String message, List<String> nodes) {
        public Cause {
            nodes = List.copyOf(nodes);
        }
    }

    RefusedVersion in(State next, Instant since) {
        return new RefusedVersion(resource, version, next, origin, replacement, refusal, since);
    }

    RefusedVersion with(Replacement next) {
        return new RefusedVersion(resource, version, state, origin, next, refusal, time);
    }

    RefusedVersion with(Cause next) {
        return new RefusedVersion(resource, version, state, origin, replacement, next, time);
    }

    Quarantine.HeldBack toHeldBack() {
        return new Quarantine.HeldBack(resource, version, replacement.good(), replacement.companions());
    }
}
