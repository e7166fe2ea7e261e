package io.chancery.registry;

import io.chancery.model.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an endpoint's health beside what its registrant said.
 *
 * @param verdict what probes found
 * @param reason why, for people; empty where there is nothing to say
 * @param flapping whether the verdict changed so often that it is held at {@link Verdict#UNHEALTHY}
 * @param suspected whether it is taken for dead, but kept in use because too many would go with it
 * @param forced an operator's word, which beats the verdict
 */
public record EndpointHealth(
        Verdict verdict, String reason, boolean flapping, boolean suspected, Optional<Forced> forced) {

    /** Nothing is known. */
    public static final EndpointHealth NOTHING =
            new EndpointHealth(Verdict.UNKNOWN, "", false, false, Optional.empty());

    /**
     * An operator's word on an endpoint.
     *
     * @param verdict {@link Verdict#HEALTHY} or {@link Verdict#UNHEALTHY}
     * @param until when it ends; empty for when it is taken back
     */
    public record Forced(Verdict verdict, Optional<Instant> until) {

        public Forced {
            if (verdict == Verdict.UNKNOWN) {
                throw new IllegalArgumentException("to force nothing is not to force");
            }
        }
    }

    /** What Envoys are told: a suspect is neither healthy nor unhealthy to them, so that they use it. */
    public Verdict effective() {
        if (forced.isPresent()) {
            return forced.get().verdict();
        }
        return suspected ? Verdict.UNKNOWN : verdict;
    }

    EndpointHealth judged(VerdictReport report) {
        return new EndpointHealth(report.verdict(), report.reason(), report.flapping(), suspected, forced);
    }

    EndpointHealth suspected(boolean now) {
        return new EndpointHealth(verdict, reason, flapping, now, forced);
    }

    EndpointHealth forced(Optional<Forced> word) {
        return new EndpointHealth(verdict, reason, flapping, suspected, word);
    }
}
