package io.chancery.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What is counted of leases and of what is kept in use; {@code docs/metrics.md} lists them. */
final class LivenessMetrics {

    private final Counter expired;

    LivenessMetrics(MeterRegistry meters, EndpointRegistry registry, Supplier<PreservationView> preservation) {
        expired = Counter.builder("chancery.registry.leases.expired")
                .description("Endpoints that were removed because their lease ended")
                .register(meters);
        Gauge.builder("chancery.registry.leases", registry, r -> r.leases().count())
                .description("Leases held")
                .register(meters);
        Gauge.builder(
                        "chancery.registry.preservation",
                        preservation,
                        view -> view.get().isActive() ? 1 : 0)
                .description("1 while leases are kept although they have ended, because too many end at once")
                .register(meters);
        Gauge.builder(
                        "chancery.registry.guard.services",
                        registry,
                        r -> r.guard().holding().size())
                .description("Services that use suspected endpoints, because too few would be left without them")
                .register(meters);
    }

    void expired(int count) {
        expired.increment(count);
    }
}
