package io.chancery.envoys;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** What is counted of Envoys' own views; {@code docs/metrics.md} lists it. */
final class EnvoysMetrics {

    /** Of each Envoy, so many hosts have gauges of their own. */
    static final int MAX_HOSTS = 1_000;

    /** And of all of them together. */
    static final int MAX_ROWS = 10_000;

    private final Counter answered;
    private final Counter failed;
    private final MultiGauge healthy;
    private final MultiGauge weight;
    private final MultiGauge successRate;

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

    void answered() {
        answered.increment();
    }

    /** Shows these hosts, by node, and no others. */
    void show(SortedMap<String, List<HostView>> hosts) {
        List<Shown> shown = hosts.entrySet().stream()
                .flatMap(node -> node.getValue().stream().limit(MAX_HOSTS).map(host -> new Shown(node.getKey(), host)))
                .limit(MAX_ROWS)
                .toList();
        healthy.register(rows(shown, host -> host.healthy() ? 1 : 0), true);
        weight.register(rows(shown, HostView::weight), true);
        successRate.register(rows(shown, host -> host.successRate().orElse(Double.NaN)), true);
    }

    private record Shown(String node, HostView host) {}

    private static List<Row<?>> rows(List<Shown> shown, ToDoubleFunction<HostView> value) {
        List<Row<?>> rows = new ArrayList<>();
        for (Shown one : shown) {
            HostView host = one.host();
            double now = value.applyAsDouble(host);
            if (!Double.isNaN(now)) {
                rows.add(
                        Row.of(Tags.of("node", one.node(), "cluster", host.cluster(), "address", host.address()), now));
            }
        }
        return rows;
    }
}
