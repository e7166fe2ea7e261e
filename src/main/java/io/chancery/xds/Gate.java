package io.chancery.xds;

import io.chancery.snapshot.Resource;
import org.jspecify.annotations.Nullable;

/** Says whether a change of one resource may go to a client now, in view of what the client has of other types. */
interface Gate {

    /** Lets everything through. */
    Gate OPEN = (_, _, _) -> Verdict.GO;

    enum Verdict {
        GO,
        /** Not before the client has answered what is under way; bounded by a grace time. */
        WAIT,
        /** Not before something else changes. */
        STAY
    }

    /**
     * Judges one change.
     *
     * @param to what is to be sent under the name, null for its removal
     * @param from what the client has
     */
    Verdict judge(String name, @Nullable Resource to, @Nullable Resource from);
}
