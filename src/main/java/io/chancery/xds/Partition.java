package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Grouping;
import io.chancery.snapshot.NodeGroup;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotUpdate;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one event loop, with all their state: touched by that loop's thread only, so that nothing in it needs a
 * lock. Everything else comes in through {@link #run}.
 */
final class Partition {

    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    private final AtomicLong sequence;
    private final EventExecutor executor;
    private final EngineSettings settings;
    private final XdsMetrics metrics;
    private final OversizedResponses oversized;
    private final ReplyListener replies;
    private final Set<DiscoveryStream> streams = new HashSet<>();
    private final Map<NodeGroup, Audience> audiences = new HashMap<>();
    private final ResponseCache responses;
    private @Nullable Grouping grouping;

    Partition(
            EventExecutor executor,
            EngineSettings settings,
            XdsMetrics metrics,
            OversizedResponses oversized,
            ReplyListener replies,
            AtomicLong sequence) {
        this.executor = executor;
        this.sequence = sequence;
        this.settings = settings;
        this.metrics = metrics;
        this.oversized = oversized;
        this.replies = replies;
        this.responses = new ResponseCache(sequence);
    }

    boolean isCurrentThread() {
        return executor.inEventLoop();
    }

    /** Runs the task on this partition's thread: at once if that is the caller's. */
    void run(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs the task on this partition's thread, after what was handed to it before. */
    void later(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The event loop has ended, and its streams with it", e);
        }
    }

    /** Runs the task on this partition's thread after a time. */
    void after(long nanos, Runnable task) {
        try {
            var _ = executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The event loop has ended, and its streams with it", e);
        }
    }

    /** Runs the task on this partition's thread when the time has passed, unless it was cancelled until then. */
    Future<?> timer(Duration wait, Runnable task) {
        return executor.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    EngineSettings settings() {
        return settings;
    }

    XdsMetrics metrics() {
        return metrics;
    }

    OversizedResponses oversized() {
        return oversized;
    }

    long nextStreamId() {
        return sequence.incrementAndGet();
    }

    long nanoTime() {
        return metrics.nanoTime();
    }

    ResponseCache responses() {
        return responses;
    }

    Collection<DiscoveryStream> streams() {
        return streams;
    }

    void add(DiscoveryStream stream) {
        streams.add(stream);
    }

    void remove(DiscoveryStream stream) {
        streams.remove(stream);
    }

    /**
     * The snapshot of the client's group holds all that was committed before it connected: from now on the stream is
     * answered, unless it is seen as another client by now.
     */
    void admit(DiscoveryStream stream, SnapshotClient client) {
        if (grouping != null && stream.snapshotClient().equals(client)) {
            @Nullable Audience audience = audiences.get(grouping.of(client));
            if (audience != null) {
                stream.join(audience);
                stream.flush();
            }
        }
    }

    /** Takes new snapshots and sends to each subscriber of what changed in them; clusters go before endpoints. */
    void apply(SnapshotUpdate update, Delivery delivery) {
        responses.clear();
        Set<Subscribers.Subscriber> touched = new LinkedHashSet<>();
        update.groups().forEach((group, groupUpdate) -> {
            Audience audience = audiences.computeIfAbsent(group, _ -> new Audience(groupUpdate.snapshot()));
            audience.show(groupUpdate.snapshot());
            note(audience, groupUpdate.changed(), touched);
        });
        if (!update.grouping().equals(grouping)) {
            regroup(update.grouping(), touched);
        }
        audiences
                .entrySet()
                .removeIf(entry -> !update.groups().containsKey(entry.getKey())
                        && entry.getValue().streams().isEmpty());
        for (Subscribers.Subscriber subscriber : touched) {
            subscriber.conversation().awaited().await(delivery);
        }
        for (Subscribers.Subscriber subscriber : touched) {
            guarded(subscriber.stream(), () -> subscriber.stream().flush(subscriber.conversation()));
        }
        delivery.close(nanoTime());
    }

    private static void note(
            Audience audience, Map<ResourceType, List<String>> changed, Set<Subscribers.Subscriber> touched) {
        for (ResourceType type : ResourceType.values()) {
            for (String name : changed.getOrDefault(type, List.of())) {
                audience.subscribers(type).forEach(name, subscriber -> {
                    subscriber.conversation().changed(name);
                    touched.add(subscriber);
                });
            }
        }
    }

    /** Moves the streams whose node belongs to another group now. */
    private void regroup(Grouping next, Set<Subscribers.Subscriber> touched) {
        grouping = next;
        Map<DiscoveryStream, Audience> moves = new LinkedHashMap<>();
        for (Audience audience : audiences.values()) {
            for (DiscoveryStream stream : audience.streams()) {
                @Nullable Audience other = audiences.get(next.of(stream.snapshotClient()));
                if (other != null && other != audience) {
                    moves.put(stream, other);
                }
            }
        }
        moves.forEach((stream, audience) -> {
            stream.join(audience);
            for (Conversation conversation : stream.conversations()) {
                if (conversation.isDue()) {
                    touched.add(new Subscribers.Subscriber(stream, conversation));
                }
            }
        });
    }

    /** Passes on a client's answer; the first acceptance of a response stands for all. */
    void noteReply(
            DiscoveryStream stream,
            Conversation conversation,
            Subscription.Reply reply,
            Optional<EncodedResponse> answered) {
        switch (reply) {
            case Subscription.Reply.Ack _ ->
                answered.filter(EncodedResponse::acceptedFirst)
                        .ifPresent(
                                response -> replies.accepted(response.content().resources()));
            case Subscription.Reply.Nack(String message) ->
                conversation
                        .refusals()
                        .last()
                        .ifPresent(refusal -> replies.refused(
                                stream.client().node(), conversation.type().typeUrl(), blamed(refusal), message));
            case Subscription.Reply.None _, Subscription.Reply.Echo _ -> {}
        }
    }

    /** Passes on what a client has already when it connects: it accepted that before, perhaps from an earlier process. */
    void noteBrought(List<Resource> resources) {
        if (!resources.isEmpty()) {
            replies.accepted(resources);
        }
    }

    private static List<Resource> blamed(Refusals.Refusal refusal) {
        return refusal.blamed();
    }

    int subscriberCount() {
        return audiences.values().stream().mapToInt(Audience::size).sum();
    }

    /** Ends all streams, evenly spread over the time: the first now, none later than that. */
    void closeAll(Status status, Duration over) {
        List<DiscoveryStream> all = new ArrayList<>(streams);
        for (int i = 0; i < all.size(); i++) {
            all.get(i).ending().after(over.multipliedBy(i).dividedBy(all.size()), status);
        }
    }

    /** Runs what concerns one stream; a bug that shows there ends that stream and no other. */
    static void guarded(DiscoveryStream stream, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("A stream ends because of an error in the server", e);
            stream.close(Status.INTERNAL.withDescription("error in the server"));
        }
    }
}
