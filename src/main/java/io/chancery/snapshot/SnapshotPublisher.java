package io.chancery.snapshot;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistryView;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshot up to date while a client is there, and tells the listeners what changed.
 *
 * <p>Safe for use by any thread. Listeners are told by one thread, in revision order; work is proportional to what
 * changed, and what changes while a push is under way is gathered into the next one.
 */
@ThreadSafe
public final class SnapshotPublisher implements SnapshotSource, AutoCloseable {

    /*
     * Concurrency
     * -----------
     * The registry's thread only notes names under the lock. The compiler's thread takes what was noted, compiles and
     * publishes without the lock. "marked" counts notes; a client that connects when it stood at n is current once a
     * batch that includes note n has been published. No lock is held while a listener or a client's callback runs.
     */

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);

    private final HoldOff holdOff;
    private final MeterRegistry meters;
    private final SnapshotMetrics metrics;
    private final List<SnapshotListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    @GuardedBy("lock")
    private RegistryView view;

    @GuardedBy("lock")
    private Set<ServiceName> dirty = new HashSet<>();

    @GuardedBy("lock")
    private long dirtySinceNanos;

    @GuardedBy("lock")
    private long marked = 1;

    @GuardedBy("lock")
    private long published;

    @GuardedBy("lock")
    private List<Waiter> waiters = new ArrayList<>();

    @GuardedBy("lock")
    private int clients;

    @GuardedBy("lock")
    private boolean closed;

    private record Waiter(long needs, Runnable current) {}

    private record Batch(RegistryView view, Set<ServiceName> names, long upTo, long sinceNanos) {}

    /** Starts the compiler's thread; nothing is compiled before the first client connects. */
    public SnapshotPublisher(EndpointRegistry registry, HoldOff holdOff, MeterRegistry meters) {
        this.holdOff = holdOff;
        this.meters = meters;
        this.metrics = new SnapshotMetrics(meters);
        lock.lock();
        try {
            registry.addListener(this::note);
            view = registry.view();
            dirty.addAll(view.services().keySet());
            dirtySinceNanos = meters.config().clock().monotonicTime();
        } finally {
            lock.unlock();
        }
        thread = Thread.ofPlatform().name("chancery-compiler").daemon().start(this::run);
    }

    @Override
    public void addListener(SnapshotListener listener) {
        listeners.add(listener);
    }

    @Override
    public Demand connect(Runnable current) {
        boolean isCurrent;
        lock.lock();
        try {
            clients++;
            isCurrent = published >= marked;
            if (!isCurrent) {
                waiters.add(new Waiter(marked, current));
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        if (isCurrent) {
            current.run();
        }
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                disconnect();
            }
        };
    }

    private void disconnect() {
        lock.lock();
        try {
            clients--;
        } finally {
            lock.unlock();
        }
    }

    private void note(RegistryView changedView, Set<ServiceName> services) {
        lock.lock();
        try {
            view = changedView;
            if (dirty.isEmpty()) {
                dirtySinceNanos = meters.config().clock().monotonicTime();
            }
            dirty.addAll(services);
            marked++;
            if (clients > 0) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Snapshot snapshot = Snapshot.EMPTY;
        try {
            for (Optional<Batch> batch = nextBatch(); batch.isPresent(); batch = nextBatch()) {
                snapshot = publishOrKeep(snapshot, batch.get());
                takeServed(batch.get().upTo())
                        .forEach(waiter -> waiter.current().run());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a client is there and something is to be published; empty once closed. */
    private Optional<Batch> nextBatch() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && (clients == 0 || published >= marked)) {
                work.await();
            }
            long left = holdOff.quiet().toNanos();
            while (!closed && left > 0) {
                left = work.awaitNanos(left);
            }
            if (closed) {
                return Optional.empty();
            }
            Batch batch = new Batch(view, dirty, marked, dirtySinceNanos);
            dirty = new HashSet<>();
            return Optional.of(batch);
        } finally {
            lock.unlock();
        }
    }

    /** A failure to compile is a bug; it must not end this thread, on which every client depends. */
    private Snapshot publishOrKeep(Snapshot before, Batch batch) throws InterruptedException {
        try {
            return publish(before, batch);
        } catch (RuntimeException e) {
            LOG.error("Compiling failed; the last good snapshot stays revision={}", before.revision(), e);
            return before;
        }
    }

    private Snapshot publish(Snapshot before, Batch batch) throws InterruptedException {
        long start = meters.config().clock().monotonicTime();
        SnapshotCompiler.Step step = SnapshotCompiler.after(before, batch.view(), batch.names());
        metrics.recordCompile(start, step.snapshot());
        SnapshotUpdate update = new SnapshotUpdate(step.snapshot(), step.changed(), batch.sinceNanos());
        for (SnapshotListener listener : listeners) {
            awaitDelivery(listener.published(update));
        }
        return step.snapshot();
    }

    private void awaitDelivery(CompletableFuture<?> delivered) throws InterruptedException {
        try {
            delivered.get(holdOff.longest().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            metrics.recordSlowDelivery();
        } catch (ExecutionException e) {
            LOG.error("A listener failed to take a snapshot", e.getCause());
        }
    }

    private List<Waiter> takeServed(long upTo) {
        lock.lock();
        try {
            published = upTo;
            List<Waiter> served =
                    waiters.stream().filter(waiter -> waiter.needs() <= upTo).toList();
            waiters.removeAll(served);
            return served;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
