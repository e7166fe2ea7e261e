package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The engine's meters; {@code docs/metrics.md} lists them. Tags are bounded by the types and variants of the protocol. */
final class XdsMetrics {

    private record TypeTag(String type, Variant variant) {}

    private final MeterRegistry meters;
    private final Map<Variant, AtomicInteger> streams = new EnumMap<>(Variant.class);
    private final Map<TypeTag, TypeMeters> types = new HashMap<>();
    private final Timer convergence;
    private final Counter oversized;

    XdsMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (Variant variant : Variant.values()) {
            AtomicInteger open = new AtomicInteger();
            streams.put(variant, open);
            Gauge.builder("chancery.xds.streams", open, AtomicInteger::get)
                    .description("Streams that are open")
                    .tag("variant", variant.tag())
                    .register(meters);
            for (ResourceType type : ResourceType.values()) {
                register(new TypeTag(type.shortName(), variant));
            }
            register(new TypeTag("unserved", variant));
        }
        oversized = Counter.builder("chancery.xds.oversized")
                .description("Responses sent that are larger than the 4 MiB that gRPC clients take by default")
                .register(meters);
        convergence = Timer.builder("chancery.xds.convergence")
                .description("Time from a commit to the last answer of the streams that it concerns")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(meters);
    }

    private void register(TypeTag tag) {
        types.put(
                tag,
                new TypeMeters(
                        meters,
                        Tags.of("type", tag.type(), "variant", tag.variant().tag())));
    }

    /** The meters of one type; to be asked for once for each conversation, not for each response. */
    TypeMeters of(ServedType type, Variant variant) {
        return Objects.requireNonNull(types.get(new TypeTag(type.tag(), variant)));
    }

    long nanoTime() {
        return meters.config().clock().monotonicTime();
    }

    void streamOpened(Variant variant) {
        Objects.requireNonNull(streams.get(variant)).incrementAndGet();
    }

    void streamClosed(Variant variant) {
        Objects.requireNonNull(streams.get(variant)).decrementAndGet();
    }

    void recordOversized() {
        oversized.increment();
    }

    void recordConvergence(long nanos) {
        convergence.record(nanos, TimeUnit.NANOSECONDS);
    }
}
