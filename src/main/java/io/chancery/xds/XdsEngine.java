package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotListener;
import io.chancery.snapshot.SnapshotSource;
import io.chancery.snapshot.SnapshotUpdate;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads streams over partitions, one for each event loop, and hands each partition one task per snapshot. Safe for use
 * by any thread.
 */
@ThreadSafe
final class XdsEngine implements SnapshotListener {

    private final SnapshotSource source;
    private final XdsMetrics metrics;
    private final List<Partition> partitions = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final int maxStreams;

    XdsEngine(SnapshotSource source, Iterable<EventExecutor> eventLoops, int maxStreams, XdsMetrics metrics) {
        this.source = source;
        this.metrics = metrics;
        this.maxStreams = maxStreams;
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

    /** Counts a stream in; false where there are as many as there may be. */
    boolean admit() {
        if (streams.incrementAndGet() > maxStreams) {
            streams.decrementAndGet();
            return false;
        }
        return true;
    }

    void release() {
        streams.decrementAndGet();
    }

    int maxStreams() {
        return maxStreams;
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

    /** Ends all streams, so that their clients go elsewhere. */
    void closeAll(Status status) {
        for (Partition partition : partitions) {
            partition.run(() -> partition.closeAll(status));
        }
    }
}
