package io.chancery.rollout;

import io.chancery.manifest.spec.ShuffleShard;

/**
 * What becomes of a change of shards next.
 *
 * @param policy with the change as it then is, or without it
 * @param reason for the history
 */
record Move(ShuffleShard policy, Kind kind, String reason) {

    /** What it comes to. */
    enum Kind {
        /** Its first step, declared without a time, is in force. */
        BEGUN,
        /** The next step is in force. */
        ADVANCED,
        /** It holds for all. */
        FINISHED,
        /** It goes no further by itself. */
        HALTED
    }
}
