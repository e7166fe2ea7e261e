package io.chancery.fleet;

import io.chancery.model.ResourceType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The fleet's meters; {@code docs/metrics.md} lists them. */
final class FleetMetrics {

    private static final String OTHER = "other";

    private final Map<String, Counter> refusals = new HashMap<>();

    FleetMetrics(MeterRegistry meters, Attendance attendance, QuarantineRegistry quarantine) {
        for (ResourceType type : ResourceType.values()) {
            refusals.put(type.shortName(), refusals(meters, type.shortName()));
        }
        refusals.put(OTHER, refusals(meters, OTHER));
        Gauge.builder("chancery.fleet.nodes", attendance, Attendance::connectedCount)
                .description("Nodes that are connected")
                .register(meters);
        for (RefusedVersion.State state : RefusedVersion.State.values()) {
            Gauge.builder("chancery.fleet.quarantine", quarantine, versions -> count(versions, state))
                    .description("Versions that nodes refused and that are in force, by what became of them")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
    }

    void recordRefusal(String typeUrl) {
        String type =
                ResourceType.ofTypeUrl(typeUrl).map(ResourceType::shortName).orElse(OTHER);
        Objects.requireNonNull(refusals.get(type)).increment();
    }

    private static long count(QuarantineRegistry versions, RefusedVersion.State state) {
        return versions.versions().values().stream()
                .filter(one -> one.state() == state)
                .count();
    }

    private static Counter refusals(MeterRegistry meters, String type) {
        return Counter.builder("chancery.fleet.refusals")
                .description("Responses that nodes refused, each time they did")
                .tag("type", type)
                .register(meters);
    }
}
