package io.chancery.rest;

import io.chancery.model.Durations;
import io.chancery.model.InvalidValueException;
import io.chancery.model.ServiceName;
import io.chancery.registry.MassLoss;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What several controllers ask of the registry, and the refusals that they share. */
final class Known {

    private Known() {}

    static ServiceView service(RegistryView view, ServiceName name) {
        return view.service(name)
                .orElseThrow(() -> Problem.UNKNOWN_SERVICE.toException(
                        "There is no service " + name + "; one comes into being with its first endpoint"));
    }

    static ProblemException full(int limit) {
        return Problem.SERVICE_FULL.toException(
                "The limit is " + limit + " endpoints; chancery.registry." + "max-endpoints-per-service sets it");
    }

    static ProblemException massLoss(ServiceName service, int sound) {
        return Problem.MASS_LOSS.toException("The service " + service + " has " + sound
                + " endpoints that are well, and had more of late; force=true makes the change all the same");
    }

    static ProblemException noSuchEndpoint(ServiceName service) {
        return Problem.UNKNOWN_ENDPOINT.toException("The service " + service + " has no endpoint with this id");
    }

    /** Reads a length of time. */
    static Duration duration(String field, String text) {
        try {
            return Durations.parse(text);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(field, e.reason());
        }
    }

    static MassLoss massLoss(@Nullable String force) {
        return switch (force) {
            case null -> MassLoss.HELD;
            case "false" -> MassLoss.HELD;
            case "true" -> MassLoss.ALLOWED;
            default -> throw new InvalidValueException(ChangeWishResolver.FORCE, "must be true or false");
        };
    }

    /** Parses where a page begins. */
    static <K> K after(String text, Function<String, K> parse) {
        try {
            return parse.apply(text);
        } catch (InvalidValueException e) {
            throw new InvalidValueException("after", e.reason());
        }
    }
}
