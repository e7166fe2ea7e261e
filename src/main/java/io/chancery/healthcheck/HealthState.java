package io.chancery.healthcheck;

import io.chancery.model.Verdict;

/**
 * The verdict on one endpoint, and the run of probe results that could overturn it. A value, so that the rules can be
 * tested without a clock or a socket.
 *
 * @param verdict what the probes have found so far
 * @param against how many probes in a row have spoken against it
 */
record HealthState(Verdict verdict, int against) {

    /** Nothing is known. */
    static final HealthState INITIAL = new HealthState(Verdict.UNKNOWN, 0);

    /** Begins with a verdict that was found before. */
    static HealthState of(Verdict verdict) {
        return new HealthState(verdict, 0);
    }

    /** Returns the state after one more probe. */
    HealthState after(ProbeResult result, Thresholds thresholds) {
        return switch (result) {
            case ProbeResult.Passed _ -> afterPass(thresholds);
            case ProbeResult.Failed _, ProbeResult.TimedOut _ -> afterFailure(thresholds);
            case ProbeResult.NotAsked _ -> this;
        };
    }

    /** The first pass of all makes an endpoint healthy at once, as it does in Envoy: so a new one need not wait. */
    private HealthState afterPass(Thresholds thresholds) {
        return switch (verdict) {
            case HEALTHY, UNKNOWN -> of(Verdict.HEALTHY);
            case UNHEALTHY -> overturned(Verdict.HEALTHY, thresholds.healthy());
        };
    }

    private HealthState afterFailure(Thresholds thresholds) {
        return switch (verdict) {
            case HEALTHY, UNKNOWN -> overturned(Verdict.UNHEALTHY, thresholds.unhealthy());
            case UNHEALTHY -> of(Verdict.UNHEALTHY);
        };
    }

    private HealthState overturned(Verdict other, int needed) {
        return against + 1 >= needed ? of(other) : new HealthState(verdict, against + 1);
    }
}
