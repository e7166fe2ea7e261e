package io.chancery.rollout;

import io.chancery.manifest.spec.ShuffleShard;

/** What an order to a change of shards comes to. Callers switch over it without a default. */
public sealed interface RolloutResult {

    /**
     * The policy is to be this; the same as before where the order changes nothing.
     *
     * @param reason for the history
     */
    record Next(ShuffleShard policy, String reason) implements RolloutResult {}

    /** There is no change under way. */
    record NothingUnderWay() implements RolloutResult {}

    /**
     * Another change is under way.
     *
     * @param step where it is, in words
     */
    record UnderWay(String step) implements RolloutResult {}

    /**
     * The change was halted, and must be resumed first.
     *
     * @param reason why it was; empty if nobody said
     */
    record Halted(String reason) implements RolloutResult {}
}
