package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What becomes of one update: whom it concerns, who has accepted or refused it, who has yet to answer. Safe for use by any
 * thread.
 *
 * <p>A node that leaves is no longer waited for. One with several streams has answered when all of them have.
 */
@ThreadSafe
final class Delivery {

    /** Nodes that are named; the numbers count all. */
    private static final int MAX_NAMED = 100;

    private final Revision revision;
    private final long committedNanos;
    private final XdsMetrics metrics;
    private final CompletableFuture<Boolean> handedOut = new CompletableFuture<>();
    private final CompletableFuture<Boolean> complete = new CompletableFuture<>();
    private final ConcurrentHashMap<String, Progress> waiting = new ConcurrentHashMap<>();
    private final Queue<Threshold> thresholds = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open;
    private final AtomicInteger concerned = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> refusers = new ArrayList<>();
    private volatile long completedNanos;

    /** How one stream answered. */
    enum Answer {
        ACKNOWLEDGED,
        REFUSED,
        GONE
    }

    /** How far one node is. */
    private record Progress(int streams, Answer answer) {

        Progress opened() {
            return new Progress(streams + 1, answer);
        }

        /** A refusal outweighs everything, and an acceptance the end of another stream. */
        Progress answered(Answer next) {
            boolean outweighs = next == Answer.REFUSED || (next == Answer.ACKNOWLEDGED && answer == Answer.GONE);
            return new Progress(streams - 1, outweighs ? next : answer);
        }
    }

    /**
     * Begins.
     *
     * @param partitions how many partitions will yet say whom the update concerns
     */
    Delivery(Revision revision, long committedNanos, int partitions, XdsMetrics metrics) {
        this.metrics = metrics;
        this.revision = revision;
        this.committedNanos = committedNanos;
        this.open = new AtomicInteger(partitions);
    }

    Revision revision() {
        return revision;
    }

    long committedNanos() {
        return committedNanos;
    }

    /** A stream of the node is concerned. */
    void await(String node) {
        open.incrementAndGet();
        waiting.compute(node, (_, progress) -> {
            if (progress == null) {
                concerned.incrementAndGet();
                return new Progress(1, Answer.GONE);
            }
            return progress.opened();
        });
    }

    /** A stream of the node has answered; called once for each {@link #await}. */
    void answered(String node, Answer answer, long nowNanos) {
        waiting.computeIfPresent(node, (_, progress) -> {
            Progress next = progress.answered(answer);
            if (next.streams() > 0) {
                return next;
            }
            settle(node, next.answer());
            return null;
        });
        close(nowNanos);
    }

    private void settle(String node, Answer answer) {
        switch (answer) {
            case ACKNOWLEDGED -> {
                acknowledged.incrementAndGet();
                checkThresholds();
            }
            case REFUSED -> {
                refused.incrementAndGet();
                synchronized (refusers) {
                    if (refusers.size() < MAX_NAMED) {
                        refusers.add(node);
                    }
                }
            }
            case GONE -> {}
        }
    }

    /** A partition has said all whom the update concerns. */
    void close(long nowNanos) {
        if (open.decrementAndGet() == 0) {
            completedNanos = nowNanos;
            if (concerned.get() > 0) {
                metrics.recordConvergence(nowNanos - committedNanos);
            }
            complete.complete(true);
        }
    }

    /** The update has been handed to every partition. */
    void handedOut() {
        handedOut.complete(true);
        checkThresholds();
    }

    CompletableFuture<Boolean> whenHandedOut() {
        return handedOut;
    }

    /** Waits until enough nodes have acknowledged, or nobody is waited for any longer, or the time is up. */
    void awaitAcknowledged(int percent, long time, TimeUnit unit) throws InterruptedException {
        try {
            if (percent < 100) {
                enough(percent).get(Math.max(0, time), unit);
            } else {
                complete.get(Math.max(0, time), unit);
            }
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a delivery cannot fail", e);
        }
    }

    private CompletableFuture<?> enough(int percent) {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        thresholds.add(new Threshold(percent, reached));
        checkThresholds();
        return CompletableFuture.anyOf(complete, reached);
    }

    private record Threshold(int percent, CompletableFuture<Boolean> reached) {}

    /** Not before every partition has said whom the update concerns. */
    private void checkThresholds() {
        if (handedOut.isDone()) {
            for (Threshold threshold : thresholds) {
                if (acknowledged.get() * 100L >= (long) threshold.percent() * concerned.get()) {
                    threshold.reached().complete(true);
                }
            }
        }
    }

    /** How things stand; while the update is under way the numbers may be of slightly different moments. */
    DeliveryStatus status(long nowNanos) {
        List<String> named;
        synchronized (refusers) {
            named = List.copyOf(refusers);
        }
        return new DeliveryStatus(
                revision,
                concerned.get(),
                acknowledged.get(),
                refused.get(),
                named,
                waiting.size(),
                waiting.keySet().stream().sorted().limit(MAX_NAMED).toList(),
                complete.isDone(),
                (complete.isDone() ? completedNanos : nowNanos) - committedNanos);
    }
}
