package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.Optional;

/** Where requests or connections go: one service, or several by weight. */
final class Target {

    private Target() {}

    static void check(Optional<String> service, List<WeightedService> services) {
        Bounds.exactlyOne(Bounds.Given.of("service", service), Bounds.Given.of("services", services));
        checkServices(services);
    }

    static void checkServices(List<WeightedService> services) {
        if (!services.isEmpty()
                && services.stream().mapToLong(WeightedService::weight).sum() == 0) {
            throw new InvalidValueException("services", "must have weights that do not sum to 0");
        }
        Bounds.distinct(
                "services", services.stream().map(WeightedService::service).toList());
    }

    /** The names of the services. */
    static List<String> names(Optional<String> service, List<WeightedService> services) {
        return service.map(List::of)
                .orElseGet(() -> services.stream().map(WeightedService::service).toList());
    }
}
