package io.chancery.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The registry's meters; {@code docs/metrics.md} lists them. */
final class RegistryMetrics {

    private static final String REGISTRATIONS = "chancery.registry.registrations";
    private static final String DEREGISTRATIONS = "chancery.registry.deregistrations";
    private static final String BATCHES = "chancery.registry.batches";

    private final Counter added;
    private final Counter updated;
    private final Counter unchanged;
    private final Counter preconditionFailed;
    private final Counter full;
    private final Counter guarded;
    private final Counter removed;
    private final Counter notFound;
    private final Counter removalPreconditionFailed;
    private final Counter removalGuarded;
    private final Counter batchApplied;
    private final Counter batchFull;
    private final Counter batchGuarded;
    private final Counter held;

    RegistryMetrics(MeterRegistry meters, EndpointRegistry registry) {
        String registrations = "Requests to register one endpoint, by what became of them";
        added = counter(meters, REGISTRATIONS, registrations, "added");
        updated = counter(meters, REGISTRATIONS, registrations, "updated");
        unchanged = counter(meters, REGISTRATIONS, registrations, "unchanged");
        preconditionFailed = counter(meters, REGISTRATIONS, registrations, "precondition-failed");
        full = counter(meters, REGISTRATIONS, registrations, "full");
        guarded = counter(meters, REGISTRATIONS, registrations, "guarded");
        String deregistrations = "Requests to remove one endpoint, by what became of them";
        removed = counter(meters, DEREGISTRATIONS, deregistrations, "removed");
        notFound = counter(meters, DEREGISTRATIONS, deregistrations, "not-found");
        removalPreconditionFailed = counter(meters, DEREGISTRATIONS, deregistrations, "precondition-failed");
        removalGuarded = counter(meters, DEREGISTRATIONS, deregistrations, "guarded");
        String batches = "Batches, by what became of them";
        batchApplied = counter(meters, BATCHES, batches, "applied");
        batchFull = counter(meters, BATCHES, batches, "full");
        batchGuarded = counter(meters, BATCHES, batches, "guarded");
        held = Counter.builder("chancery.registry.guard.held")
                .description("Endpoints whose loss was held back because too few would have been left")
                .register(meters);
        Gauge.builder("chancery.registry.endpoints", registry, r -> r.view().endpointCount())
                .description("Endpoints registered, of all services together")
                .register(meters);
        Gauge.builder(
                        "chancery.registry.services",
                        registry,
                        r -> r.view().services().size())
                .description("Services that exist")
                .register(meters);
        Gauge.builder(
                        "chancery.registry.revision",
                        registry,
                        r -> r.view().revision().value())
                .description("The store's revision that the registry shows")
                .register(meters);
    }

    void recordRegister(RegisterResult result) {
        switch (result) {
            case RegisterResult.Added _ -> added.increment();
            case RegisterResult.Updated _ -> updated.increment();
            case RegisterResult.Unchanged _ -> unchanged.increment();
            case RegisterResult.PreconditionFailed _ -> preconditionFailed.increment();
            case RegisterResult.Full _ -> full.increment();
            case RegisterResult.Guarded _ -> guarded.increment();
        }
    }

    void recordDeregister(DeregisterResult result) {
        switch (result) {
            case DeregisterResult.Removed _ -> removed.increment();
            case DeregisterResult.NotFound _ -> notFound.increment();
            case DeregisterResult.PreconditionFailed _ -> removalPreconditionFailed.increment();
            case DeregisterResult.Guarded _ -> removalGuarded.increment();
        }
    }

    BatchResult recordBatch(BatchResult result) {
        switch (result) {
            case BatchResult.Applied _ -> batchApplied.increment();
            case BatchResult.Full _ -> batchFull.increment();
            case BatchResult.Guarded _ -> batchGuarded.increment();
        }
        return result;
    }

    void recordHeld(int count) {
        held.increment(count);
    }

    private static Counter counter(MeterRegistry meters, String name, String description, String outcome) {
        return Counter.builder(name)
                .description(description)
                .tag("outcome", outcome)
                .register(meters);
    }
}
