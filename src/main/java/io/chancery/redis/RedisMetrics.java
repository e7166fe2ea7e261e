package io.chancery.redis;

import io.chancery.redis.Election.Finding;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** What is counted of Redis masters; {@code docs/metrics.md} lists it. */
final class RedisMetrics {

    private final Clock clock;
    private final Map<Role, Timer> probes = new EnumMap<>(Role.class);
    private final Counter switches;
    private final Counter closed;
    private final Counter notClosed;
    private final Counter heard;
    private final Counter unheard;

    RedisMetrics(MeterRegistry meters, RedisMasters masters) {
        this.clock = meters.config().clock();
        for (Role role : Role.values()) {
            if (role != Role.UNKNOWN) {
                probes.put(
                        role,
                        Timer.builder("chancery.redis.probes")
                                .description("Questions to Redis nodes for their role, by what came of them")
                                .tag("outcome", name(role))
                                .register(meters));
            }
        }
        switches = Counter.builder("chancery.redis.switches")
                .description("Redis masters that another one took the place of")
                .register(meters);
        closed = cuts(meters, "done");
        notClosed = cuts(meters, "failed");
        heard = sentinels(meters, "answered");
        unheard = sentinels(meters, "silent");
        for (Finding finding : Finding.values()) {
            gauge(meters, masters, finding, all -> all.count(finding));
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Counter cuts(MeterRegistry meters, String outcome) {
        return Counter.builder("chancery.redis.closings")
                .description("Former Redis masters that were told to close their clients' connections")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static Counter sentinels(MeterRegistry meters, String outcome) {
        return Counter.builder("chancery.redis.sentinels.asked")
                .description("Questions to Sentinels for the master, by whether they answered")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static void gauge(
            MeterRegistry meters, RedisMasters masters, Finding finding, ToDoubleFunction<RedisMasters> count) {
        Gauge.builder("chancery.redis.masters", masters, count)
                .description("Declared Redis masters, by how clear it is which node it is")
                .tag("state", name(finding))
                .register(meters);
    }

    /** Nanoseconds that only go on. */
    long nanos() {
        return clock.monotonicTime();
    }

    /** @param since when the node was asked */
    void probed(Role outcome, long since) {
        Objects.requireNonNull(probes.get(outcome)).record(Duration.ofNanos(clock.monotonicTime() - since));
    }

    void asked(SentinelReading reading) {
        switch (reading) {
            case SentinelReading.Named _ -> heard.increment();
            case SentinelReading.Silent _ -> unheard.increment();
        }
    }

    void switched() {
        switches.increment();
    }

    void closedClients(Boolean done) {
        (done ? closed : notClosed).increment();
    }
}
