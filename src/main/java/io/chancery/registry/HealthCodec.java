package io.chancery.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Verdict;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** What is known of endpoints' health as the store keeps it: one byte of format version, then compact JSON. */
final class HealthCodec {

    private static final byte FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final ObjectWriter WRITER = JSON.writerFor(Stored.class);
    private static final ObjectReader READER = JSON.readerFor(Stored.class);

    private HealthCodec() {}

    static byte[] encode(EndpointHealth health) {
        byte[] json = WRITER.writeValueAsBytes(Stored.of(health));
        byte[] value = new byte[json.length + 1];
        value[0] = FORMAT;
        System.arraycopy(json, 0, value, 1, json.length);
        return value;
    }

    /** @throws UnreadableValueException if the value is damaged or was written by a newer version */
    static EndpointHealth decode(String key, byte[] value) {
        if (value.length == 0 || value[0] != FORMAT) {
            throw new UnreadableValueException(key, "has a format that this version does not know");
        }
        try {
            Stored stored = READER.readValue(value, 1, value.length - 1);
            return stored.toHealth();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new UnreadableValueException(key, "is damaged");
        }
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
