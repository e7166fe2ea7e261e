package io.chancery.snapshot;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistryView;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a snapshot up to date for every group of nodes that has a client, and tells the listeners what changed.
 *
 * <p>Safe for use by any thread. Listeners are told by one thread, in revision order; work is proportional to what
 * changed, and what changes while a push is under way is gathered into the next one.
 */
@ThreadSafe
public final class SnapshotPublisher implements SnapshotSource, AutoCloseable {

    /*
     * Concurrency
     * -----------
     * The store's thread only notes names under the lock. The compiler's thread takes what was noted, compiles and
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
    private Sources sources;

    @GuardedBy("lock")
    private Noted noted = new Noted();

    @GuardedBy("lock")
    private long marked = 1;

    @GuardedBy("lock")
    private long published;

    @GuardedBy("lock")
    private Revision publishedRevision = Revision.ZERO;

    @GuardedBy("lock")
    private Set<NodeGroup> compiled = Set.of();

    @GuardedBy("lock")
    private List<Waiter> waiters = new ArrayList<>();

    @GuardedBy("lock")
    private final Clients clients = new Clients();

    @GuardedBy("lock")
    private boolean closed;

    /** Used by the compiler's thread only. */
    private final Catalogue catalogue;

    private record Waiter(SnapshotClient client, long needs, Runnable current) {}

    /** What has changed since the last batch was taken. */
    private static final class Noted {
        private final Set<ServiceName> services = new HashSet<>();
        private final Set<ManifestKey> manifests = new HashSet<>();
        private final Set<Quarantine.ResourceName> held = new HashSet<>();
        private long sinceNanos;

        boolean isEmpty() {
            return services.isEmpty() && manifests.isEmpty() && held.isEmpty();
        }
    }

    private record Batch(Sources sources, Noted noted, long upTo) {}

    /**
     * Starts the compiler's thread; nothing is compiled before the first client connects.
     *
     * @param largeFrom from how many endpoints on a service goes out as a collection by itself; 0 for never
     */
    public SnapshotPublisher(
            EndpointRegistry registry,
            ManifestRegistry manifests,
            Quarantine quarantine,
            HoldOff holdOff,
            int largeFrom,
            MeterRegistry meters) {
        this.holdOff = holdOff;
        this.meters = meters;
        this.metrics = new SnapshotMetrics(meters);
        this.catalogue = new Catalogue(largeFrom);
        lock.lock();
        try {
            registry.addListener(this::note);
            manifests.addListener(this::note);
            quarantine.addListener(names -> note(quarantine.view(), names));
            sources = new Sources(registry.view(), manifests.view(), quarantine.view());
            noted.services.addAll(sources.registry().services().keySet());
            noted.manifests.addAll(sources.manifests().manifests().keySet());
            noted.sinceNanos = now();
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
    public Demand connect(SnapshotClient client, Runnable current) {
        boolean isCurrent;
        lock.lock();
        try {
            clients.add(client);
            isCurrent = published >= marked && compiled.contains(clients.groupOf(client));
            if (!isCurrent) {
                if (published >= marked) {
                    marked++;
                }
                waiters.add(new Waiter(client, marked, current));
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
                disconnect(client);
            }
        };
    }

    @Override
    public boolean isAwaited(Revision revision) {
        lock.lock();
        try {
            return !clients.isEmpty()
                    && publishedRevision.compareTo(revision) < 0
                    && sources.revision().compareTo(revision) >= 0;
        } finally {
            lock.unlock();
        }
    }

    private void disconnect(SnapshotClient client) {
        lock.lock();
        try {
            clients.remove(client);
        } finally {
            lock.unlock();
        }
    }

    private void note(RegistryView view, Set<ServiceName> services) {
        note(now -> new Sources(view, now.manifests(), now.quarantine()), changes -> changes.services.addAll(services));
    }

    private void note(ManifestView view, Set<ManifestKey> keys) {
        note(now -> new Sources(now.registry(), view, now.quarantine()), changes -> changes.manifests.addAll(keys));
    }

    private void note(Quarantine.View view, Set<Quarantine.ResourceName> names) {
        note(now -> new Sources(now.registry(), now.manifests(), view), changes -> changes.held.addAll(names));
    }

    private void note(UnaryOperator<Sources> next, Consumer<Noted> change) {
        lock.lock();
        try {
            sources = next.apply(sources);
            if (noted.isEmpty()) {
                noted.sinceNanos = now();
            }
            change.accept(noted);
            marked++;
            if (!clients.isEmpty()) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private long now() {
        return meters.config().clock().monotonicTime();
    }

    private void run() {
        Map<NodeGroup, Snapshot> snapshots = Map.of();
        try {
            for (Optional<Batch> batch = nextBatch(); batch.isPresent(); batch = nextBatch()) {
                snapshots = publishOrKeep(snapshots, batch.get());
                takeServed(batch.get(), snapshots.keySet())
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
            while (!closed && (clients.isEmpty() || (published >= marked && !isDue()))) {
                var _ = work.awaitNanos(untilDue());
            }
            long left = holdOff.quiet().toNanos();
            while (!closed && left > 0) {
                left = work.awaitNanos(left);
            }
            if (closed) {
                return Optional.empty();
            }
            Batch batch = new Batch(sources, noted, marked);
            noted = new Noted();
            return Optional.of(batch);
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue() {
        return catalogue.due().stream().anyMatch(due -> due <= now());
    }

    /** Nothing is due while there is nobody to tell. */
    @GuardedBy("lock")
    private long untilDue() {
        OptionalLong due = catalogue.due();
        return clients.isEmpty() || due.isEmpty() ? Long.MAX_VALUE : Math.max(1, due.getAsLong() - now());
    }

    /** A failure to compile is a bug; it must not end this thread, on which every client depends. */
    private Map<NodeGroup, Snapshot> publishOrKeep(Map<NodeGroup, Snapshot> before, Batch batch)
            throws InterruptedException {
        try {
            return publish(before, batch);
        } catch (RuntimeException e) {
            LOG.error(
                    "Compiling failed; the last good snapshots stay revision={}",
                    batch.sources().revision(),
                    e);
            return before;
        }
    }

    private Map<NodeGroup, Snapshot> publish(Map<NodeGroup, Snapshot> before, Batch batch) throws InterruptedException {
        long start = now();
        Sources.Changes changes =
                new Sources.Changes(batch.noted().services, batch.noted().manifests, batch.noted().held);
        Touched touched = catalogue.update(batch.sources(), changes, start);
        Revision revision = batch.sources().revision();
        Map<NodeGroup, SnapshotUpdate.GroupUpdate> updates = new HashMap<>();
        Set<NodeGroup> groups = groups(catalogue.grouping());
        catalogue.complete(groups, touched);
        for (NodeGroup group : groups) {
            @Nullable Snapshot former = before.get(group);
            updates.put(
                    group,
                    former == null
                            ? SnapshotCompiler.first(catalogue, group, revision)
                            : SnapshotCompiler.after(former, catalogue, group, touched, revision));
        }
        metrics.recordCompile(start, revision);
        SnapshotUpdate update = new SnapshotUpdate(
                revision, catalogue.grouping(), updates, catalogue.outdated(), batch.noted().sinceNanos);
        for (SnapshotListener listener : listeners) {
            awaitDelivery(listener.published(update));
        }
        Map<NodeGroup, Snapshot> snapshots = HashMap.newHashMap(updates.size());
        updates.forEach((group, groupUpdate) -> snapshots.put(group, groupUpdate.snapshot()));
        return snapshots;
    }

    private Set<NodeGroup> groups(Grouping grouping) {
        lock.lock();
        try {
            return clients.regroup(grouping);
        } finally {
            lock.unlock();
        }
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

    private List<Waiter> takeServed(Batch batch, Set<NodeGroup> groups) {
        long upTo = batch.upTo();
        lock.lock();
        try {
            publishedRevision = batch.sources().revision();
            published = upTo;
            compiled = groups;
            List<Waiter> served = new ArrayList<>();
            List<Waiter> left = new ArrayList<>();
            for (Waiter waiter : waiters) {
                if (waiter.needs() > upTo) {
                    left.add(waiter);
                } else if (groups.contains(clients.groupOf(waiter.client()))) {
                    served.add(waiter);
                } else {
                    marked = Math.max(marked, upTo + 1);
                    left.add(new Waiter(waiter.client(), marked, waiter.current()));
                }
            }
            waiters = left;
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
