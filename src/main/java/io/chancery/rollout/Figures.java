package io.chancery.rollout;

import io.chancery.manifest.spec.ShardRollout.Halt;
import io.chancery.model.Durations;
import java.time.Duration;
import java.util.Optional;

/**
 * What nodes say to a change of shards.
 *
 * @param refusals how often nodes refused what it may have brought, since it began and as far as this process knows
 * @param refusal the last of them in words; empty if there is none
 * @param owing how long the slowest node has owed an acknowledgement
 * @param ower that node; empty if nobody owes one
 */
record Figures(int refusals, String refusal, Duration owing, String ower) {

    /** Nobody says anything against it. */
    static final Figures SOUND = new Figures(0, "", Duration.ZERO, "");

    /** Why the change is not to go on, if that is so. */
    Optional<String> against(Halt halt) {
        if (refusals >= halt.refusals()) {
            return Optional.of(
                    refusals == 1 ? "it was refused: " + refusal : "it was refused " + refusals + " times: " + refusal);
        }
        return halt.unacknowledged()
                .filter(longest -> owing.compareTo(longest) > 0)
                .map(longest -> ower + " has owed an acknowledgement for longer than " + Durations.write(longest));
    }
}
