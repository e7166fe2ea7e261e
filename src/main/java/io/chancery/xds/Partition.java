package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotUpdate;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one event loop, with all their state: touched by that loop's thread only, so that nothing in it needs a
 * lock. Everything else comes in through {@link #run}.
 */
final class Partition {

    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    private final EventExecutor executor;
    private final Set<DiscoveryStream> streams = new HashSet<>();
    private final Map<ResourceType, Subscribers> subscribers = new EnumMap<>(ResourceType.class);
    private final ResponseCache responses;
    private Snapshot snapshot;

    Partition(EventExecutor executor, Snapshot snapshot, AtomicLong nonces) {
        this.executor = executor;
        this.snapshot = snapshot;
        this.responses = new ResponseCache(nonces);
        for (ResourceType type : ResourceType.values()) {
            subscribers.put(type, new Subscribers());
        }
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

    /** Runs the task on this partition's thread when the time has passed, unless it was cancelled until then. */
    Future<?> after(Duration wait, Runnable task) {
        return executor.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    Snapshot snapshot() {
        return snapshot;
    }

    ResponseCache responses() {
        return responses;
    }

    void add(DiscoveryStream stream) {
        streams.add(stream);
    }

    void remove(DiscoveryStream stream) {
        streams.remove(stream);
    }

    void reindex(DiscoveryStream stream, Conversation conversation, Subscription before, Subscription after) {
        conversation
                .type()
                .type()
                .ifPresent(type ->
                        subscribers(type).replace(new Subscribers.Subscriber(stream, conversation), before, after));
    }

    void forget(DiscoveryStream stream, Conversation conversation) {
        reindex(stream, conversation, conversation.subscription(), Subscription.none(false));
    }

    /** Takes a new snapshot and sends to each subscriber of what changed in it; clusters go before endpoints. */
    void apply(SnapshotUpdate update, Convergence convergence) {
        snapshot = update.snapshot();
        responses.clear();
        Set<Subscribers.Subscriber> touched = new LinkedHashSet<>();
        for (ResourceType type : ResourceType.values()) {
            for (String name : update.changed().getOrDefault(type, List.of())) {
                subscribers(type).forEach(name, subscriber -> {
                    subscriber.conversation().changed(name);
                    if (subscriber.stream().isCurrent()) {
                        subscriber.conversation().await(convergence);
                    }
                    touched.add(subscriber);
                });
            }
        }
        for (Subscribers.Subscriber subscriber : touched) {
            guarded(subscriber.stream(), () -> subscriber.stream().flush(subscriber.conversation()));
        }
        convergence.done();
    }

    int subscriberCount() {
        return subscribers.values().stream().mapToInt(Subscribers::size).sum();
    }

    /** Ends all streams, evenly spread over the time: the first now, none later than that. */
    void closeAll(Status status, Duration over) {
        List<DiscoveryStream> all = new ArrayList<>(streams);
        for (int i = 0; i < all.size(); i++) {
            all.get(i).closeAfter(over.multipliedBy(i).dividedBy(all.size()), status);
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

    private Subscribers subscribers(ResourceType type) {
        return Objects.requireNonNull(subscribers.get(type));
    }
}
