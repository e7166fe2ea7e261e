package io.chancery.healthcheck;

import io.chancery.manifest.spec.Probe;
import io.chancery.model.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each endpoint again and again, and judges what comes of it. Used by the agenda's thread only. */
final class ProbeRounds {

    private static final Logger LOG = LoggerFactory.getLogger(ProbeRounds.class);

    /** A new endpoint is asked within this time, so that many new ones are not asked all at once. */
    private static final Duration FIRST_WITHIN = Duration.ofSeconds(1);

    private final Agenda agenda;
    private final Gate gate;
    private final Executor askers;
    private final FlapLimits limits;
    private final Surroundings surroundings;
    private final Verdicts verdicts;

    /** Told of verdicts that differ from the one before. */
    interface Verdicts {

        /**
         * Called when a verdict, or whether it is held, is not what it was.
         *
         * @param reason for people
         */
        void changed(Probed endpoint, String reason);
    }

    /** What it needs of the world beside the time on its agenda. */
    record Surroundings(InstantSource clock, RandomGenerator random, HealthcheckMetrics metrics) {}

    /** @param askers on which probers may block, one task for each probe that is under way */
    ProbeRounds(
            Agenda agenda,
            Gate gate,
            Executor askers,
            FlapLimits limits,
            Surroundings surroundings,
            Verdicts verdicts) {
        this.agenda = agenda;
        this.gate = gate;
        this.askers = askers;
        this.limits = limits;
        this.surroundings = surroundings;
        this.verdicts = verdicts;
    }

    /** Asks an endpoint soon, and from then on at its interval, until it is gone or withheld. */
    void begin(Probed endpoint) {
        if (!endpoint.isAsked() && endpoint.service() instanceof ServiceProbe.Ready service) {
            Duration interval = service.probe().interval();
            planIn(endpoint, random(interval.compareTo(FIRST_WITHIN) < 0 ? interval : FIRST_WITHIN));
        }
    }

    private void planIn(Probed endpoint, Duration delay) {
        endpoint.plan(agenda.in(delay, () -> due(endpoint)));
    }

    private void due(Probed endpoint) {
        if (endpoint.service() instanceof ServiceProbe.Ready service && !endpoint.isWithheld()) {
            ProbeTarget target = endpoint.target();
            endpoint.asked();
            gate.arrive(target.address().address(), service.probe().maxPerHost(), () -> ask(endpoint, service, target));
        }
    }

    /** Returns false if there is no reason to ask any more. */
    private boolean ask(Probed endpoint, ServiceProbe.Ready service, ProbeTarget target) {
        if (!endpoint.isAskedBy(service, target)) {
            endpoint.answered();
            resume(endpoint);
            return false;
        }
        long started = agenda.nanos();
        try {
            askers.execute(() -> {
                ProbeResult result = ask(service.prober(), target);
                long ended = agenda.nanos();
                agenda.soon(() -> answered(endpoint, service, target, new Answer(result, started, ended)));
            });
            return true;
        } catch (RejectedExecutionException _) {
            // All is being closed.
            return false;
        }
    }

    /** A prober that fails has a bug, which the endpoint cannot help. */
    private static ProbeResult ask(Prober prober, ProbeTarget target) {
        try {
            return prober.probe(target);
        } catch (RuntimeException e) {
            LOG.error("A prober failed target={}", target.address(), e);
            return new ProbeResult.NotAsked("the prober failed, see the log");
        }
    }

    private record Answer(ProbeResult result, long started, long ended) {

        Duration took() {
            return Duration.ofNanos(ended - started);
        }
    }

    private void answered(Probed endpoint, ServiceProbe.Ready service, ProbeTarget target, Answer answer) {
        gate.leave(target.address().address());
        endpoint.answered();
        surroundings.metrics().recordProbe(service.kind(), outcome(answer.result()), answer.took());
        if (endpoint.isAskedBy(service, target)) {
            judge(endpoint, service, answer);
            Duration since = Duration.ofNanos(agenda.nanos() - answer.started());
            Duration left =
                    interval(service.probe(), endpoint.judgement().verdict()).minus(since);
            planIn(endpoint, left.isNegative() ? Duration.ZERO : left);
        } else {
            resume(endpoint);
        }
    }

    /** What was asked for is not what is to be asked for now. */
    private void resume(Probed endpoint) {
        if (!endpoint.isGone() && !endpoint.isWithheld()) {
            begin(endpoint);
        }
    }

    private void judge(Probed endpoint, ServiceProbe.Ready service, Answer answer) {
        Judgement before = endpoint.judgement();
        Judgement after = before.after(answer.result(), service.thresholds(), limits, answer.ended());
        endpoint.judge(after, last(endpoint.status(), answer));
        if (after.verdict() != before.verdict() || after.isFlapping() != before.isFlapping()) {
            verdicts.changed(endpoint, after.reason(answer.result(), service.thresholds(), limits));
        }
    }

    private ProbeStatus.LastProbe last(ProbeStatus before, Answer answer) {
        ProbeStatus.Outcome outcome = outcome(answer.result());
        int inARow = before.last()
                .filter(last -> last.outcome() == outcome)
                .map(last -> last.inARow() + 1)
                .orElse(1);
        return new ProbeStatus.LastProbe(
                surroundings.clock().instant(),
                answer.took(),
                outcome,
                answer.result().reason(),
                inARow);
    }

    private static ProbeStatus.Outcome outcome(ProbeResult result) {
        return switch (result) {
            case ProbeResult.Passed _ -> ProbeStatus.Outcome.PASSED;
            case ProbeResult.Failed _ -> ProbeStatus.Outcome.FAILED;
            case ProbeResult.TimedOut _ -> ProbeStatus.Outcome.TIMED_OUT;
            case ProbeResult.NotAsked _ -> ProbeStatus.Outcome.NOT_ASKED;
        };
    }

    private Duration interval(Probe probe, Verdict verdict) {
        Duration interval = switch (verdict) {
            case UNHEALTHY -> probe.unhealthyInterval().orElse(probe.interval());
            case HEALTHY, UNKNOWN -> probe.interval();
        };
        Optional<Duration> jitter = probe.intervalJitter();
        return interval.plus(random(jitter.orElse(interval.dividedBy(10))));
    }

    private Duration random(Duration most) {
        return Duration.ofNanos(surroundings.random().nextLong(most.toNanos() + 1));
    }
}
