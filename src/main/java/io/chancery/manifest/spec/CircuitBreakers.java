package io.chancery.manifest.spec;

import java.util.Optional;

/** Limits for each Envoy, by the priority of a route. */
public record CircuitBreakers(
        @Field("is for routes of the default priority") Optional<Limits> defaults,
        @Field("is for routes of high priority") Optional<Limits> high) {

    /** What may be under way; what is left out is as Envoy has it: 1024, retries 3. */
    public record Limits(
            @Field("is connections") Optional<Integer> maxConnections,
            @Field("is requests that wait for a connection") Optional<Integer> maxPendingRequests,
            @Field("is requests under way") Optional<Integer> maxRequests,
            @Field("is retries under way") Optional<Integer> maxRetries) {

        public Limits {
            Bounds.positive("maxConnections", maxConnections);
            Bounds.positive("maxPendingRequests", maxPendingRequests);
            Bounds.positive("maxRequests", maxRequests);
            Bounds.positive("maxRetries", maxRetries);
        }
    }
}
