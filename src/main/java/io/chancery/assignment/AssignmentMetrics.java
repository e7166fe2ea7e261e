package io.chancery.assignment;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** How customers are divided; {@code docs/metrics.md} lists the meters. */
final class AssignmentMetrics {

    private AssignmentMetrics() {}

    static void register(MeterRegistry meters, Loads loads) {
        Gauge.builder("chancery.sharding.shards", loads, all -> all.total().shards())
                .description("Shards that are computed: virtual shards of all sizes in use, and customers' own")
                .strongReference(true)
                .register(meters);
        Gauge.builder("chancery.sharding.customers", loads, all -> all.total().customers())
                .description("Customers for whom something else than their policy holds")
                .strongReference(true)
                .register(meters);
        Gauge.builder("chancery.sharding.hosts", loads, all -> all.total().hosts())
                .description("Endpoints that shards are made of")
                .strongReference(true)
                .register(meters);
        perHost(meters, loads, "min", Loads.Total::min);
        perHost(meters, loads, "mean", Loads.Total::mean);
        perHost(meters, loads, "max", Loads.Total::most);
        Gauge.builder("chancery.sharding.imbalance", loads, all -> all.total().imbalance())
                .description(
                        "How many times its fair share of customers an endpoint has, where that is most; 1 is even")
                .strongReference(true)
                .register(meters);
    }

    private static void perHost(
            MeterRegistry meters, Loads loads, String statistic, ToDoubleFunction<Loads.Total> value) {
        Gauge.builder("chancery.sharding.host.shards", loads, all -> value.applyAsDouble(all.total()))
                .description("Virtual shards that an endpoint works for, over the endpoints of all services")
                .tag("statistic", statistic)
                .strongReference(true)
                .register(meters);
    }
}
