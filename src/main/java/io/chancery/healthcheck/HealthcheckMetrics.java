package io.chancery.healthcheck;

import io.chancery.model.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The probes' meters; {@code docs/metrics.md} lists them. */
final class HealthcheckMetrics {

    private final MeterRegistry meters;
    private final Map<ProbeKind, Map<ProbeStatus.Outcome, Timer>> probes = new EnumMap<>(ProbeKind.class);
    private final Map<Verdict, Counter> verdicts = new EnumMap<>(Verdict.class);
    private final Counter written;
    private final Counter failed;

    HealthcheckMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (ProbeKind kind : ProbeKind.values()) {
            Map<ProbeStatus.Outcome, Timer> timers = new EnumMap<>(ProbeStatus.Outcome.class);
            for (ProbeStatus.Outcome outcome : ProbeStatus.Outcome.values()) {
                timers.put(outcome, timer(kind, outcome));
            }
            probes.put(kind, timers);
        }
        for (Verdict verdict : List.of(Verdict.HEALTHY, Verdict.UNHEALTHY)) {
            verdicts.put(
                    verdict,
                    Counter.builder("chancery.healthcheck.verdicts")
                            .description("Verdicts on endpoints that were not the one before, by what they are now")
                            .tag("verdict", tag(verdict))
                            .register(meters));
        }
        this.written = reports("written");
        this.failed = reports("failed");
    }

    private Timer timer(ProbeKind kind, ProbeStatus.Outcome outcome) {
        return Timer.builder("chancery.healthcheck.probes")
                .description("Probes and how long they took, by what is asked and what came of it")
                .tag("kind", tag(kind))
                .tag("outcome", tag(outcome))
                .register(meters);
    }

    private Counter reports(String outcome) {
        return Counter.builder("chancery.healthcheck.reports")
                .description("Verdicts handed to the store; one that failed is tried again")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Shows how many there are of what only the probes know. */
    void watch(Probes all) {
        gauge("chancery.healthcheck.endpoints", "Endpoints that are probed", all, Probes::endpoints);
        gauge("chancery.healthcheck.under.way", "Probes under way", all, Probes::underWay);
        gauge(
                "chancery.healthcheck.flapping",
                "Endpoints that are held as unhealthy because their verdict changes too often",
                all,
                Probes::flapping);
        gauge(
                "chancery.healthcheck.withheld",
                "Endpoints that should be probed and are not: their address is denied, or a secret is missing",
                all,
                Probes::withheld);
    }

    private void gauge(String name, String description, Probes all, ToDoubleFunction<Probes> count) {
        Gauge.builder(name, all, count).description(description).register(meters);
    }

    void recordProbe(ProbeKind kind, ProbeStatus.Outcome outcome, Duration took) {
        Objects.requireNonNull(Objects.requireNonNull(probes.get(kind)).get(outcome))
                .record(took);
    }

    void recordVerdict(Verdict verdict) {
        Objects.requireNonNull(verdicts.get(verdict)).increment();
    }

    void recordWritten(int count) {
        written.increment(count);
    }

    void recordFailed(int count) {
        failed.increment(count);
    }
}
