package io.chancery.healthcheck;

import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;

/**
 * What probes have found of one endpoint, and whether it changes too often to be believed. A value.
 *
 * @param found the verdict by the thresholds alone
 */
record Judgement(HealthState found, FlapDamping damping) {

    /** Nothing is known. */
    static final Judgement INITIAL = new Judgement(HealthState.INITIAL, FlapDamping.QUIET);

    /** Goes on with what was known before, for example before a restart. */
    static Judgement resumed(EndpointHealth health, long now, FlapLimits limits) {
        return new Judgement(
                HealthState.of(health.verdict()),
                health.flapping() ? FlapDamping.held(now, limits) : FlapDamping.QUIET);
    }

    /** Returns what it is after one more probe, which ended at a moment in nanoseconds that only go on. */
    Judgement after(ProbeResult result, Thresholds thresholds, FlapLimits limits, long now) {
        HealthState next = found.after(result, thresholds);
        // To learn something for the first time is no change of mind.
        boolean changed = next.verdict() != found.verdict() && found.verdict() != Verdict.UNKNOWN;
        return new Judgement(next, changed ? damping.afterChange(now, limits) : damping.afterNoChange(now, limits));
    }

    /** What counts: a flapping endpoint is held out of use. */
    Verdict verdict() {
        return damping.isHeld() ? Verdict.UNHEALTHY : found.verdict();
    }

    boolean isFlapping() {
        return damping.isHeld();
    }

    /** Why the verdict is what it is after a probe with this result; empty where there is nothing to say. */
    String reason(ProbeResult last, Thresholds thresholds, FlapLimits limits) {
        if (isFlapping()) {
            return "flapping: its verdict changed more than " + limits.changesPerMinute()
                    + " times a minute, so it is held until that ends";
        }
        return switch (found.verdict()) {
            case HEALTHY, UNKNOWN -> "";
            case UNHEALTHY ->
                switch (last) {
                    case ProbeResult.Failed _, ProbeResult.TimedOut _ ->
                        "failed " + thresholds.unhealthy() + " times in a row: " + last.reason();
                    case ProbeResult.Passed _, ProbeResult.NotAsked _ ->
                        "has not passed " + thresholds.healthy() + " times in a row";
                };
        };
    }
}
