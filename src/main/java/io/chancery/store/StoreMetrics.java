package io.chancery.store;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The store's meters; {@code docs/metrics.md} lists them. */
final class StoreMetrics {

    private final Clock clock;
    private final Counter committed;
    private final Counter conflict;
    private final Counter failed;
    private final Timer duration;
    private final DistributionSummary groupSize;

    StoreMetrics(MeterRegistry meters, Supplier<Number> tail) {
        clock = meters.config().clock();
        committed = commits(meters, "committed");
        conflict = commits(meters, "conflict");
        failed = commits(meters, "failed");
        duration = Timer.builder("chancery.store.commit.duration")
                .description("From handing a transaction to the store until its caller is answered")
                .register(meters);
        groupSize = DistributionSummary.builder("chancery.store.group.size")
                .description("Transactions that were made durable together")
                .baseUnit("transactions")
                .register(meters);
        Gauge.builder("chancery.store.log.tail", tail)
                .description("Transactions that a restart would have to replay on top of the last checkpoint")
                .baseUnit("transactions")
                .register(meters);
    }

    /** Nanoseconds on the meters' clock. */
    long now() {
        return clock.monotonicTime();
    }

    void recordGroup(int transactions) {
        groupSize.record(transactions);
    }

    void recordCommit(CommitResult result, long nanos) {
        switch (result) {
            case CommitResult.Committed _ -> committed.increment();
            case CommitResult.Conflict _ -> conflict.increment();
        }
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    void recordFailure() {
        failed.increment();
    }

    private static Counter commits(MeterRegistry meters, String outcome) {
        return Counter.builder("chancery.store.commits")
                .description("Transactions handed to the store, by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }
}
