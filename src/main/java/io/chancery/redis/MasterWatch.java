package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.Revision;
import io.chancery.registry.BatchResult;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistrationRequest;
import io.chancery.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the nodes of one master, and keeps the registry as it should be. All methods may be called from any thread.
 *
 * <p>No node waits for another one: each is asked on its own, and what it says counts when it is heard.
 */
@ThreadSafe
final class MasterWatch implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * What is learned replaces the state, an immutable value, under the lock; nothing is called with it held. Decisions
     * are made by one worker at a time: whoever learns something counts it, and the first to count sees to a worker, which
     * goes on until it has seen all that was counted. Only that worker changes who is taken for the master. A node or
     * Sentinel that is being asked is not asked again until that question has ended, which it does within its time.
     */

    private static final Logger LOG = LoggerFactory.getLogger(MasterWatch.class);

    /** Envoys hear of the new master some time after the first; who came back to the former before that goes with the next. */
    private static final List<Duration> CLOSINGS =
            List.of(Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(1));

    private static final Duration AGAIN = Duration.ofMillis(50);

    private final Watched watched;
    private final EndpointRegistry registry;
    private final Links links;
    private final Surroundings surroundings;
    private final Map<HostName, Links.NodeLink> nodes = new HashMap<>();
    private final Map<HostName, Links.SentinelLink> sentinels = new HashMap<>();
    private final Set<HostName> nodesAsked = ConcurrentHashMap.newKeySet();
    private final Set<HostName> sentinelsAsked = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    private final AtomicInteger news = new AtomicInteger();
    private volatile MasterState state;
    private volatile Election shown;
    private volatile Optional<PastSwitch> lastSwitch;

    /** When that was heard which the decision follows from. */
    private volatile long noticed;

    private volatile boolean isStoreAway;
    private volatile boolean isClosed;
    private @Nullable ScheduledFuture<?> ticking;

    /**
     * What all watches share.
     *
     * @param workers do what may take its time
     * @param agenda what is due when; must not be kept
     */
    record Surroundings(
            Executor workers,
            ScheduledExecutorService agenda,
            InstantSource clock,
            RedisMetrics metrics,
            MasterLedger ledger,
            SwitchListener listener) {}

    MasterWatch(Watched watched, EndpointRegistry registry, Links links, Surroundings surroundings) {
        this.watched = watched;
        this.registry = registry;
        this.links = links;
        this.surroundings = surroundings;
        Optional<HostName> master = Roster.master(watched, registry.view());
        this.state =
                MasterState.initial(watched.spec(), master, surroundings.clock().instant());
        this.shown = state.election();
        this.lastSwitch = surroundings.ledger().lastSwitch(watched.name(), master);
        watched.spec().nodes().forEach(node -> nodes.put(node, links.node(node)));
        watched.spec().sentinels().forEach(one -> sentinels.put(one, links.sentinel(one, this::moved)));
    }

    /** Begins to ask. */
    void start() {
        ticking = surroundings
                .agenda()
                .scheduleWithFixedDelay(this::tick, 0, watched.spec().interval().toNanos(), TimeUnit.NANOSECONDS);
    }

    Watched watched() {
        return watched;
    }

    MasterView view() {
        return MasterView.of(watched, state, shown, lastSwitch);
    }

    /** A tick that fails would be the last. */
    private void tick() {
        try {
            askAll();
            decideSoon();
        } catch (RuntimeException e) {
            LOG.error("Asking Redis nodes failed; it is tried again master={}", watched.name(), e);
        }
    }

    /** Whoever is being asked at this moment may have answered before the move. */
    private void moved() {
        askAll();
        try {
            var _ = surroundings.agenda().schedule(this::askAll, AGAIN.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // It has ended, and so has the reason to ask.
        }
    }

    private void askAll() {
        sentinels.forEach(this::askSentinel);
        nodes.keySet().forEach(this::askNode);
    }

    private void askNode(HostName node) {
        if (isClosed || !nodesAsked.add(node)) {
            return;
        }
        long since = surroundings.metrics().nanos();
        var _ = Objects.requireNonNull(nodes.get(node)).ask().whenComplete((reading, failure) -> {
            nodesAsked.remove(node);
            if (failure == null) {
                surroundings.metrics().probed(reading.role(), since);
                Instant now = surroundings.clock().instant();
                learn(known -> known.heard(node, reading, now));
            }
        });
    }

    private void askSentinel(HostName sentinel, Links.SentinelLink link) {
        if (isClosed || !sentinelsAsked.add(sentinel)) {
            return;
        }
        var _ = link.ask().whenComplete((reading, failure) -> {
            sentinelsAsked.remove(sentinel);
            if (failure == null) {
                surroundings.metrics().asked(reading);
                learn(known -> known.said(sentinel, reading));
            }
        });
    }

    private void learn(UnaryOperator<MasterState> lesson) {
        Set<HostName> doubted;
        synchronized (lock) {
            Election before = state.election();
            state = lesson.apply(state);
            // What is undecided was noticed when it became so.
            if (before.finding() != Election.Finding.UNDECIDED
                    && !state.election().equals(before)) {
                noticed = surroundings.metrics().nanos();
            }
            doubted = state.doubted();
        }
        doubted.forEach(this::askNode);
        decideSoon();
    }

    private void decideSoon() {
        if (!isClosed && news.getAndIncrement() == 0) {
            try {
                surroundings.workers().execute(this::decideAll);
            } catch (RejectedExecutionException _) {
                // It has ended, and so has the reason to decide anything.
            }
        }
    }

    private void decideAll() {
        int seen;
        do {
            seen = news.get();
            try {
                decide();
            } catch (RuntimeException e) {
                LOG.error("A Redis master could not be decided on; it is tried again master={}", watched.name(), e);
            }
        } while (news.addAndGet(-seen) != 0);
    }

    private void decide() {
        MasterState seen = state;
        Election election = seen.election();
        tellFinding(election);
        Instant now = surroundings.clock().instant();
        List<RegistrationRequest> changes = Roster.changes(watched, seen, election.master(), registry.view(), now);
        Optional<Revision> revision = isClosed ? Optional.empty() : register(changes);
        if (revision.isEmpty()) {
            return;
        }
        if (!election.master().equals(seen.master()) && election.master().isPresent()) {
            switched(seen.master(), election.master().get(), revision.get(), now);
        }
    }

    /** Empty where it could not be done, which the next tick tries again. */
    private Optional<Revision> register(List<RegistrationRequest> changes) {
        try {
            surroundings.ledger().claim(watched, registry.view());
            if (changes.isEmpty()) {
                return Optional.of(registry.view().revision());
            }
            return switch (registry.applyBatch(changes)) {
                case BatchResult.Applied(Revision revision, int _, int _) -> {
                    isStoreAway = false;
                    yield Optional.of(revision);
                }
                case BatchResult.Full full -> throw new IllegalStateException("no place for a master: " + full);
                case BatchResult.Guarded guarded ->
                    throw new IllegalStateException("it was not to be held: " + guarded);
            };
        } catch (StoreUnavailableException e) {
            if (!isStoreAway) {
                LOG.warn("A Redis master cannot be registered; it is tried again master={}", watched.name(), e);
            }
            isStoreAway = true;
            return Optional.empty();
        }
    }

    private void switched(Optional<HostName> from, HostName to, Revision revision, Instant now) {
        synchronized (lock) {
            state = state.elected(Optional.of(to));
        }
        MasterSwitch change = new MasterSwitch(watched.name(), from, to, now, noticed, revision);
        lastSwitch = Optional.of(change.past());
        LOG.info(
                "A Redis node is the master now master={} node={} former={} revision={}",
                watched.name(),
                to,
                from.map(HostName::toString).orElse("none"),
                revision.value());
        tellFinding(state.election());
        from.ifPresent(former -> {
            surroundings.metrics().switched();
            closeClients(former);
        });
        surroundings.workers().execute(() -> surroundings.listener().switched(change));
        remember(change);
    }

    private void remember(MasterSwitch change) {
        try {
            surroundings.ledger().switched(watched.name(), change.past());
        } catch (StoreUnavailableException e) {
            LOG.warn(
                    "After a restart it will not be known since when a Redis node is the master master={}",
                    watched.name(),
                    e);
        }
    }

    private void tellFinding(Election election) {
        if (election.finding() != shown.finding() && election.finding() != Election.Finding.UNDECIDED) {
            LOG.info(
                    "What is known of a Redis master is different master={} state={} node={}",
                    watched.name(),
                    election.finding(),
                    election.master().map(HostName::toString).orElse("none"));
        }
        shown = election;
    }

    private void closeClients(HostName former) {
        if (watched.spec().closeClients()) {
            CLOSINGS.forEach(delay -> {
                var _ = surroundings
                        .agenda()
                        .schedule(() -> closeClients(former, delay), delay.toNanos(), TimeUnit.NANOSECONDS);
            });
        }
    }

    /** A node that has become a replica has closed them itself by the second time, or refuses what is written over them. */
    private void closeClients(HostName former, Duration after) {
        MasterState now = state;
        boolean isMasterAgain = now.master().equals(Optional.of(former));
        Role role = now.node(former).role();
        boolean isNeeded = after.isZero() ? role != Role.UNREACHABLE : role == Role.MASTER;
        if (!isClosed && !isMasterAgain && isNeeded) {
            var _ = Objects.requireNonNull(nodes.get(former))
                    .closeClients()
                    .thenAccept(surroundings.metrics()::closedClients);
        }
    }

    /** Ends the watch; what is registered stays. */
    @Override
    public void close() {
        isClosed = true;
        ScheduledFuture<?> ticks = ticking;
        if (ticks != null) {
            ticks.cancel(false);
        }
        links.close();
    }
}
