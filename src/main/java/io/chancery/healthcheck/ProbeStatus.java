package io.chancery.healthcheck;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the probes of one endpoint go. Not kept: after a restart it begins anew, while the verdict stays.
 *
 * @param last the last probe; empty before the first one has ended
 * @param withheld why it is not probed; empty for one that is
 */
public record ProbeStatus(Optional<LastProbe> last, Optional<String> withheld) {

    static final ProbeStatus NEW = new ProbeStatus(Optional.empty(), Optional.empty());

    /**
     * A probe that has ended.
     *
     * @param at when that was
     * @param took how long it took
     * @param reason why it is not good, for people; empty for one that passed
     * @param inARow how many in a row, this one counted, had the same outcome
     */
    public record LastProbe(Instant at, Duration took, Outcome outcome, String reason, int inARow) {}

    /** What a probe can come to. */
    public enum Outcome {
        PASSED,
        FAILED,
        TIMED_OUT,
        /** This process could not ask, which says nothing of the endpoint. */
        NOT_ASKED
    }
}
