package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.envoys.HostView;
import io.chancery.healthcheck.ProbeStatus;
import io.chancery.model.Durations;
import io.chancery.model.EndpointState;
import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;
import io.chancery.registry.RegisteredEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an endpoint beside what its registrant says; a registrant that sends it back changes nothing by it.
 *
 * @param health what Envoys are told: unknown, healthy, unhealthy or draining
 * @param verdict what probes found
 * @param reason why
 * @param flapping whether the verdict is held because it changed too often
 * @param suspected whether it is taken for dead, but kept in use because too few would be left
 * @param leaseRemaining how much of its lease is left
 * @param removedAt when its drain is over
 * @param probe how its probes go; only where one endpoint is shown
 * @param envoys how the Envoys that are asked see it, by node; only where one endpoint is shown
 * @param loads what Envoys reported of the requests that they sent, by node; only where one endpoint is shown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ObservedAnswer(
        String health,
        String verdict,
        @Nullable String reason,
        @Nullable Boolean flapping,
        @Nullable Boolean suspected,
        @Nullable ForcedAnswer forced,
        @Nullable String leaseRemaining,
        @Nullable String removedAt,
        @Nullable SortedMap<String, EnvoyAnswer> envoys,
        @Nullable SortedMap<String, LoadAnswer> loads,
        @Nullable ProbeAnswer probe) {

    /**
     * How its probes go, since this process runs.
     *
     * @param withheld why it is not probed; absent for one that is
     * @param at when the last one ended; absent before the first
     * @param took how long that took
     * @param outcome passed, failed, timed-out or not-asked
     * @param inARow how many in a row had that outcome
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ProbeAnswer(
            @Nullable String withheld,
            @Nullable String at,
            @Nullable String took,
            @Nullable String outcome,
            @Nullable String reason,
            @Nullable Integer inARow) {

        static ProbeAnswer of(ProbeStatus status) {
            @Nullable String withheld = status.withheld().orElse(null);
            return status.last()
                    .map(last -> new ProbeAnswer(
                            withheld,
                            last.at().toString(),
                            Durations.write(last.took()),
                            last.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            last.reason().isEmpty() ? null : last.reason(),
                            last.inARow()))
                    .orElseGet(() -> new ProbeAnswer(withheld, null, null, null, null, null));
        }
    }

    /**
     * How one Envoy sees it.
     *
     * @param healthy whether it sends it requests
     * @param against what it holds against it, in its own words
     * @param successRate 0 to 100, where it has outlier detection
     * @param statistics the host's counters and gauges
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EnvoyAnswer(
            boolean healthy,
            List<String> against,
            long weight,
            @Nullable Double successRate,
            Map<String, Long> statistics) {

        static EnvoyAnswer of(HostView host) {
            return new EnvoyAnswer(
                    host.healthy(),
                    host.health(),
                    host.weight(),
                    host.successRate().isPresent() ? host.successRate().getAsDouble() : null,
                    new TreeMap<>(host.statistics()));
        }
    }

    /**
     * An operator's word.
     *
     * @param until when it ends; absent for when it is taken back
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ForcedAnswer(String verdict, @Nullable String until) {

        static ForcedAnswer of(EndpointHealth.Forced word) {
            return new ForcedAnswer(
                    nameOf(word.verdict()), word.until().map(Object::toString).orElse(null));
        }
    }

    static ObservedAnswer of(RegisteredEndpoint registered, Observations observations) {
        EndpointHealth health = registered.health();
        boolean draining = registered.endpoint().state() == EndpointState.DRAINING;
        return new ObservedAnswer(
                draining ? "draining" : nameOf(health.effective()),
                nameOf(health.verdict()),
                health.reason().isEmpty() ? null : health.reason(),
                health.flapping() ? Boolean.TRUE : null,
                health.suspected() ? Boolean.TRUE : null,
                health.forced().map(ForcedAnswer::of).orElse(null),
                observations
                        .leaseRemaining()
                        .map(left -> Durations.write(Duration.ofMillis(left.toMillis())))
                        .orElse(null),
                registered
                        .endpoint()
                        .departure()
                        .map(departure -> departure.at().toString())
                        .orElse(null),
                observations.envoys().isEmpty() ? null : answers(observations.envoys()),
                LoadAnswer.of(registered.endpoint(), observations.loads()),
                observations.probes().map(ProbeAnswer::of).orElse(null));
    }

    private static SortedMap<String, EnvoyAnswer> answers(SortedMap<String, HostView> envoys) {
        SortedMap<String, EnvoyAnswer> answers = new TreeMap<>();
        envoys.forEach((node, host) -> answers.put(node, EnvoyAnswer.of(host)));
        return answers;
    }

    static String nameOf(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
