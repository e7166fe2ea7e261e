package io.chancery.xds;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of the load reports. */
final class LoadReportMetrics {

    private final AtomicInteger streams = new AtomicInteger();
    private final Counter reports;

    LoadReportMetrics(MeterRegistry meters) {
        Gauge.builder("chancery.xds.load.streams", streams, AtomicInteger::get)
                .description("Streams open on which clients report their load")
                .register(meters);
        reports = Counter.builder("chancery.xds.load.reports")
                .description("Reports of the load of one cluster that clients have sent")
                .register(meters);
    }

    void opened() {
        streams.incrementAndGet();
    }

    void closed() {
        streams.decrementAndGet();
    }

    void received(int clusters) {
        reports.increment(clusters);
    }
}
