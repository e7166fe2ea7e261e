package io.chancery.snapshot;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The compiler's meters; {@code docs/metrics.md} lists them. */
final class SnapshotMetrics {

    private final MeterRegistry meters;
    private final Timer compile;
    private final Counter slowDeliveries;
    private final AtomicLong revision = new AtomicLong();

    SnapshotMetrics(MeterRegistry meters) {
        this.meters = meters;
        compile = Timer.builder("chancery.snapshot.compile")
                .description("Time to compile what changed into the next snapshot")
                .register(meters);
        slowDeliveries = Counter.builder("chancery.snapshot.slow.deliveries")
                .description("Snapshots that were not handed to all streams within the longest hold-off")
                .register(meters);
        Gauge.builder("chancery.snapshot.revision", revision, AtomicLong::get)
                .description(
                        "The store's revision of the last compiled snapshot; stands still while no client is there")
                .register(meters);
    }

    void recordCompile(long startNanos, Revision compiled) {
        compile.record(meters.config().clock().monotonicTime() - startNanos, TimeUnit.NANOSECONDS);
        revision.set(compiled.value());
    }

    void recordSlowDelivery() {
        slowDeliveries.increment();
    }
}
