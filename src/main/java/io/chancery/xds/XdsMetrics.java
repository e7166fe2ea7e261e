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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The engine's meters; {@code docs/metrics.md} lists them. Tags are bounded by the types and variants of the protocol. */
final class XdsMetrics {

    private enum Outcome {
        ACK,
        NACK
    }

    private record TypeTag(String type, Variant variant) {}

    private final MeterRegistry meters;
    private final Map<Variant, AtomicInteger> streams = new EnumMap<>(Variant.class);
    private final Map<TypeTag, Counter> responses = new HashMap<>();
    private final Map<TypeTag, Counter> bytes = new HashMap<>();
    private final Map<TypeTag, Map<Outcome, Counter>> replies = new HashMap<>();
    private final Timer convergence;

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
        convergence = Timer.builder("chancery.xds.convergence")
                .description("Time from a commit to the last answer of the streams that it concerns")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(meters);
    }

    private void register(TypeTag tag) {
        Tags tags = Tags.of("type", tag.type(), "variant", tag.variant().tag());
        responses.put(
                tag,
                Counter.builder("chancery.xds.responses")
                        .description("Responses sent")
                        .tags(tags)
                        .register(meters));
        bytes.put(
                tag,
                Counter.builder("chancery.xds.sent")
                        .description("Size of the responses sent")
                        .baseUnit("bytes")
                        .tags(tags)
                        .register(meters));
        Map<Outcome, Counter> byOutcome = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            byOutcome.put(
                    outcome,
                    Counter.builder("chancery.xds.replies")
                            .description("Responses that were accepted (ack) or refused (nack) by a client")
                            .tags(tags)
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        replies.put(tag, byOutcome);
    }

    void streamOpened(Variant variant) {
        Objects.requireNonNull(streams.get(variant)).incrementAndGet();
    }

    void streamClosed(Variant variant) {
        Objects.requireNonNull(streams.get(variant)).decrementAndGet();
    }

    void recordResponse(ServedType type, Variant variant, EncodedResponse response) {
        TypeTag tag = new TypeTag(type.tag(), variant);
        Objects.requireNonNull(responses.get(tag)).increment();
        Objects.requireNonNull(bytes.get(tag)).increment(response.bytes().length);
    }

    void recordReply(ServedType type, Variant variant, Subscription.Reply reply) {
        TypeTag tag = new TypeTag(type.tag(), variant);
        switch (reply) {
            case Subscription.Reply.Ack _ -> record(tag, Outcome.ACK);
            case Subscription.Reply.Nack _ -> record(tag, Outcome.NACK);
            case Subscription.Reply.None _, Subscription.Reply.Echo _ -> {}
        }
    }

    private void record(TypeTag tag, Outcome outcome) {
        Objects.requireNonNull(Objects.requireNonNull(replies.get(tag)).get(outcome))
                .increment();
    }

    void recordConvergence(long committedNanos) {
        convergence.record(meters.config().clock().monotonicTime() - committedNanos, TimeUnit.NANOSECONDS);
    }
}
