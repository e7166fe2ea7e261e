package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import java.util.function.Function;

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

    /** Parses where a page begins. */
    static <K> K after(String text, Function<String, K> parse) {
        try {
            return parse.apply(text);
        } catch (InvalidValueException e) {
            throw new InvalidValueException("after", e.reason());
        }
    }
}
