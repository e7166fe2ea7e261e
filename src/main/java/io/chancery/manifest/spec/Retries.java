package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** When and how often a request is tried again. */
public record Retries(
        @Field(value = "are the reasons, as Envoy spells them", otherwise = "connect-failure")
        List<String> on,

        @Field("are statuses of answers that are reasons too")
        List<Integer> statuses,

        @Field(value = "is how often at most", otherwise = "1")
        int attempts,

        @Field("is how long each try may take") Optional<Duration> perTryTimeout,

        @Field(value = "avoids endpoints that were tried", otherwise = "true")
        boolean otherEndpoints) {

    /** Source: Envoy, x-envoy-retry-on and x-envoy-retry-grpc-on. */
    private static final Set<String> REASONS = Set.of(
            "5xx",
            "gateway-error",
            "reset",
            "reset-before-request",
            "connect-failure",
            "envoy-ratelimited",
            "retriable-4xx",
            "refused-stream",
            "retriable-status-codes",
            "http3-post-connect-failure",
            "cancelled",
            "deadline-exceeded",
            "internal",
            "resource-exhausted",
            "unavailable");

    public Retries {
        on = List.copyOf(on);
        for (String reason : on) {
            if (!REASONS.contains(reason)) {
                throw new InvalidValueException(
                        "on",
                        "must be of "
                                + String.join(", ", REASONS.stream().sorted().toList()));
            }
        }
        statuses = List.copyOf(statuses);
        statuses.forEach(status -> Bounds.range("statuses", status, 100, 599));
        if (on.isEmpty() && statuses.isEmpty()) {
            throw new InvalidValueException("on", "must have at least one entry, or statuses must");
        }
        Bounds.range("attempts", attempts, 1, 100);
        Bounds.duration("perTryTimeout", perTryTimeout);
    }
}
