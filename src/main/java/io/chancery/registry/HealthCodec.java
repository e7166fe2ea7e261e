package io.chancery.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Verdict;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of endpoints' health as the store keeps it: without what is default. */
final class HealthCodec {

    private static final StoredJson<Stored> FORM = new StoredJson<>(Stored.class);

    private HealthCodec() {}

    static byte[] encode(EndpointHealth health) {
        return FORM.write(Stored.of(health));
    }

    /** @throws UnreadableValueException if the value is damaged or was written by a newer version */
    static EndpointHealth decode(String key, byte[] value) {
        return FORM.read(key, value, Stored::toHealth);
    }

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    private record Stored(
            @Nullable Verdict verdict,
            @Nullable String reason,
            boolean flapping,
            boolean suspected,
            @Nullable Verdict forced,
            @Nullable Long forcedUntil) {

        static Stored of(EndpointHealth health) {
            return new Stored(
                    health.verdict() == Verdict.UNKNOWN ? null : health.verdict(),
                    health.reason().isEmpty() ? null : health.reason(),
                    health.flapping(),
                    health.suspected(),
                    health.forced().map(EndpointHealth.Forced::verdict).orElse(null),
                    health.forced()
                            .flatMap(EndpointHealth.Forced::until)
                            .map(Instant::toEpochMilli)
                            .orElse(null));
        }

        EndpointHealth toHealth() {
            return new EndpointHealth(
                    verdict == null ? Verdict.UNKNOWN : verdict,
                    reason == null ? "" : reason,
                    flapping,
                    suspected,
                    forced == null
                            ? Optional.empty()
                            : Optional.of(new EndpointHealth.Forced(
                                    forced, Optional.ofNullable(forcedUntil).map(Instant::ofEpochMilli))));
        }
    }
}
