package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Node;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.SnapshotListener;
import io.chancery.snapshot.SnapshotSource;
import io.chancery.snapshot.SnapshotUpdate;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Spreads streams over partitions, one for each event loop, and hands each partition one task per snapshot. Safe for use
 * by any thread.
 */
@ThreadSafe
final class XdsEngine implements SnapshotListener {

    /** What the streams of a server that is about to end are told. */
    static final Status DRAINING = Status.UNAVAILABLE.withDescription("draining");

    private final SnapshotSource source;
    private final XdsMetrics metrics;
    private final EngineSettings settings;
    private final List<Partition> partitions = new ArrayList<>();
    private final Deliveries deliveries = new Deliveries();
    private final List<ReplyListener> replyListeners = new CopyOnWriteArrayList<>();
    private final List<StreamListener> streamListeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile boolean draining;

    XdsEngine(SnapshotSource source, Iterable<EventExecutor> eventLoops, EngineSettings settings, XdsMetrics metrics) {
        this.source = source;
        this.metrics = metrics;
        this.settings = settings;
        AtomicLong nonces = new AtomicLong();
        OversizedResponses oversized = new OversizedResponses(metrics);
        ReplyListener toAll = new ReplyListener() {
            @Override
            public void accepted(List<Resource> resources) {
                replyListeners.forEach(listener -> listener.accepted(resources));
            }

            @Override
            public void refused(Node node, String typeUrl, List<Resource> blamed, String message) {
                replyListeners.forEach(listener -> listener.refused(node, typeUrl, blamed, message));
            }
        };
        for (EventExecutor eventLoop : eventLoops) {
            partitions.add(new Partition(eventLoop, settings, metrics, oversized, toAll, nonces));
        }
        source.addListener(this);
    }

    void addListener(ReplyListener listener) {
        replyListeners.add(listener);
    }

    void addListener(StreamListener listener) {
        streamListeners.add(listener);
    }

    /** Tells those who want to know which clients come and go. */
    void tellStreamListeners(Consumer<StreamListener> event) {
        streamListeners.forEach(event);
    }

    SnapshotSource source() {
        return source;
    }

    XdsMetrics metrics() {
        return metrics;
    }

    /** Counts a stream in, or says why there may not be another one. */
    Optional<Status> admit() {
        if (draining) {
            return Optional.of(DRAINING);
        }
        if (streams.incrementAndGet() > settings.maxStreams()) {
            streams.decrementAndGet();
            return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription(
                    "this server takes at most " + settings.maxStreams() + " streams (chancery.xds.max-streams)"));
        }
        return Optional.empty();
    }

    void release() {
        streams.decrementAndGet();
    }

    /** How old a stream that begins now may become, if there is a limit. */
    Optional<Duration> drawAge() {
        return settings.age().draw(ThreadLocalRandom.current());
    }

    boolean isDraining() {
        return draining;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    long nanoTime() {
        return metrics.nanoTime();
    }

    /** The partition of the calling event loop, or where the caller is none (in-process transport) the next in turn. */
    Partition partition() {
        for (Partition partition : partitions) {
            if (partition.isCurrentThread()) {
                return partition;
            }
        }
        return partitions.get(Math.floorMod(next.getAndIncrement(), partitions.size()));
    }

    @Override
    public CompletableFuture<?> published(SnapshotUpdate update) {
        Delivery delivery = new Delivery(update.revision(), update.committedNanos(), partitions.size(), metrics);
        deliveries.add(delivery);
        AtomicInteger left = new AtomicInteger(partitions.size());
        for (Partition partition : partitions) {
            partition.later(() -> {
                try {
                    partition.apply(update, delivery);
                } finally {
                    if (left.decrementAndGet() == 0) {
                        delivery.handedOut();
                    }
                }
            });
        }
        return delivery.whenHandedOut();
    }

    /** Collects something of every stream, on the streams' own threads; waits for them. */
    <T> List<T> collect(Function<DiscoveryStream, Optional<T>> reading) {
        List<CompletableFuture<List<T>>> parts = partitions.stream()
                .map(partition -> CompletableFuture.supplyAsync(
                        () -> partition.streams().stream()
                                .map(reading)
                                .flatMap(Optional::stream)
                                .toList(),
                        partition::later))
                .toList();
        return parts.stream().flatMap(part -> part.join().stream()).toList();
    }

    /** How many interests in single names or in all of a type are noted, over all streams; waits for the partitions. */
    int subscriberCount() {
        return partitions.stream()
                .map(partition -> CompletableFuture.supplyAsync(partition::subscriberCount, partition::later))
                .toList()
                .stream()
                .mapToInt(CompletableFuture::join)
                .sum();
    }

    /**
     * Takes no more streams and ends those that are open, so that their clients go elsewhere.
     *
     * @param over within how long; the ends are spread evenly over nine tenths of it, and the rest is for the last ones to
     *     be read
     */
    void drain(Duration over) {
        draining = true;
        for (Partition partition : partitions) {
            partition.run(
                    () -> partition.closeAll(DRAINING, over.multipliedBy(9).dividedBy(10)));
        }
    }
}
