package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.snapshot.Snapshot;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

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
    private final List<Partition> partitions = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final int maxStreams;
    private final StreamAge age;
    private volatile boolean draining;

    XdsEngine(SnapshotSource source, Iterable<EventExecutor> eventLoops, int maxStreams, XdsMetrics metrics) {
        this(source, eventLoops, maxStreams, StreamAge.UNLIMITED, metrics);
    }

    XdsEngine(
            SnapshotSource source,
            Iterable<EventExecutor> eventLoops,
            int maxStreams,
            StreamAge age,
            XdsMetrics metrics) {
        this.source = source;
        this.metrics = metrics;
        this.maxStreams = maxStreams;
        this.age = age;
        AtomicLong nonces = new AtomicLong();
        for (EventExecutor eventLoop : eventLoops) {
            partitions.add(new Partition(eventLoop, Snapshot.EMPTY, nonces));
        }
        source.addListener(this);
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
        if (streams.incrementAndGet() > maxStreams) {
            streams.decrementAndGet();
            return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription(
                    "this server takes at most " + maxStreams + " streams (chancery.xds.max-streams)"));
        }
        return Optional.empty();
    }

    void release() {
        streams.decrementAndGet();
    }

    /** How old a stream that begins now may become, if there is a limit. */
    Optional<Duration> drawAge() {
        return age.draw(ThreadLocalRandom.current());
    }

    boolean isDraining() {
        return draining;
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
        CompletableFuture<Boolean> delivered = new CompletableFuture<>();
        AtomicInteger left = new AtomicInteger(partitions.size());
        Convergence convergence =
                new Convergence(partitions.size(), () -> metrics.recordConvergence(update.committedNanos()));
        for (Partition partition : partitions) {
            partition.later(() -> {
                try {
                    partition.apply(update, convergence);
                } finally {
                    if (left.decrementAndGet() == 0) {
                        delivered.complete(true);
                    }
                }
            });
        }
        return delivered;
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
