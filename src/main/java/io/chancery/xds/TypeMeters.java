package io.chancery.xds;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** The meters of one resource type in one variant. */
final class TypeMeters {

    private final Counter responses;
    private final Counter bytes;
    private final Counter acks;
    private final Counter nacks;

    TypeMeters(MeterRegistry meters, Tags tags) {
        responses = Counter.builder("chancery.xds.responses")
                .description("Responses sent")
                .tags(tags)
                .register(meters);
        bytes = Counter.builder("chancery.xds.sent")
                .description("Size of the responses sent")
                .baseUnit("bytes")
                .tags(tags)
                .register(meters);
        acks = replies(meters, tags, "ack");
        nacks = replies(meters, tags, "nack");
    }

    private static Counter replies(MeterRegistry meters, Tags tags, String outcome) {
        return Counter.builder("chancery.xds.replies")
                .description("Responses that were accepted (ack) or refused (nack) by a client")
                .tags(tags)
                .tag("outcome", outcome)
                .register(meters);
    }

    void recordResponse(EncodedResponse response) {
        responses.increment();
        bytes.increment(response.bytes().length);
    }

    void recordReply(Subscription.Reply reply) {
        switch (reply) {
            case Subscription.Reply.Ack _ -> acks.increment();
            case Subscription.Reply.Nack _ -> nacks.increment();
            case Subscription.Reply.None _, Subscription.Reply.Echo _ -> {}
        }
    }
}
