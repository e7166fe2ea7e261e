package io.chancery.envoys;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What is counted of Envoys' own views; {@code docs/metrics.md} lists it. */
final class EnvoysMetrics {

    /** Of each Envoy, so many hosts have gauges of their own. */
    static final int MAX_HOSTS = 1_000;

    private final Counter answered;
    private final Counter failed;
    private final MultiGauge healthy;
    private final MultiGauge weight;
    private final MultiGauge successRate;
    private final Map<String, List<HostView>> hosts = new TreeMap<>();

    EnvoysMetrics(MeterRegistry meters) {
        answered = polls(meters, "answered");
        failed = polls(meters, "failed");
        healthy = MultiGauge.builder("chancery.envoys.host.healthy")
                .description("1 where an Envoy sends a host requests, 0 where it does not")
                .register(meters);
        weight = MultiGauge.builder("chancery.envoys.host.weight")
                .description("The weight that an Envoy gives a host")
                .register(meters);
        successRate = MultiGauge.builder("chancery.envoys.host.success.rate")
                .description(
                        "The percentage of requests that a host answered well, as an Envoy has it for outlier detection")
                .register(meters);
    }

    private static Counter polls(MeterRegistry meters, String outcome) {
        return Counter.builder("chancery.envoys.polls")
                .description("Requests to Envoys' admin interfaces, by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }

    void failed() {
        failed.increment();
    }

    synchronized void answered(String node, List<HostView> view) {
        answered.increment();
        hosts.put(node, view.stream().limit(MAX_HOSTS).toList());
        healthy.register(rows(host -> host.healthy() ? 1 : 0), true);
        weight.register(rows(HostView::weight), true);
        successRate.register(rows(host -> host.successRate().orElse(Double.NaN)), true);
    }

    private List<Row<?>> rows(ToDoubleFunction<HostView> value) {
        List<Row<?>> rows = new ArrayList<>();
        hosts.forEach((node, view) -> view.forEach(host -> {
            double now = value.applyAsDouble(host);
            if (!Double.isNaN(now)) {
                rows.add(Row.of(Tags.of("node", node, "cluster", host.cluster(), "address", host.address()), now));
            }
        }));
        return rows;
    }
}
