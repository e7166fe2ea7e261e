package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Durations;
import io.chancery.model.Endpoint;
import io.chancery.xds.ClusterLoad;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one Envoy reported last of the requests that it sent to an endpoint.
 *
 * @param at when the report came
 * @param interval how long the time was that it is about
 * @param endpoint of the endpoint itself; absent where it was sent none, or the Envoy does not report of single endpoints
 * @param locality of all endpoints of its locality and priority; absent where they were sent none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LoadAnswer(
        String at,
        String interval,
        @Nullable TrafficAnswer endpoint,
        @Nullable TrafficAnswer locality) {

    /**
     * Requests.
     *
     * @param issued that began in the interval
     * @param succeeded that ended well in it
     * @param failed that ended badly in it
     * @param inProgress that were under way at its end
     */
    record TrafficAnswer(long issued, long succeeded, long failed, long inProgress) {

        static TrafficAnswer of(ClusterLoad.Traffic traffic) {
            return new TrafficAnswer(traffic.issued(), traffic.succeeded(), traffic.failed(), traffic.inProgress());
        }
    }

    /** By node; null where no Envoy reported anything of it. */
    static @Nullable SortedMap<String, LoadAnswer> of(Endpoint endpoint, SortedMap<String, ClusterLoad> loads) {
        SortedMap<String, LoadAnswer> answers = new TreeMap<>();
        loads.forEach((node, load) -> {
            LoadAnswer answer = of(endpoint, load);
            if (answer.endpoint() != null || answer.locality() != null) {
                answers.put(node, answer);
            }
        });
        return answers.isEmpty() ? null : answers;
    }

    private static LoadAnswer of(Endpoint endpoint, ClusterLoad load) {
        return new LoadAnswer(
                load.received().toString(),
                Durations.write(Duration.ofMillis(load.interval().toMillis())),
                Optional.ofNullable(load.endpoints().get(endpoint.target().toString()))
                        .map(TrafficAnswer::of)
                        .orElse(null),
                load.localities().stream()
                        .filter(one ->
                                one.locality().equals(endpoint.locality()) && one.priority() == endpoint.priority())
                        .map(one -> TrafficAnswer.of(one.traffic()))
                        .findFirst()
                        .orElse(null));
    }
}
