package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestListener;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.ServiceName;
import io.chancery.redis.Election.Finding;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistrationRequest;
import io.chancery.store.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The declared Redis masters. All methods may be called from any thread.
 *
 * <p>Which node was the master last is in the registry, and when it became it in the {@link MasterLedger}: both outlive the
 * process.
 */
@ThreadSafe
public final class RedisMasters implements ManifestListener, AutoCloseable {

    /*
     * The store's thread only hands on that something was declared; whoever counts the first such word sees to a worker,
     * which makes the watches those that are declared, and goes on until it has seen all that was counted. Only that worker
     * changes the watches; what reads them takes no lock. A watch that is made while all is being closed is closed by the
     * worker.
     */

    private static final Logger LOG = LoggerFactory.getLogger(RedisMasters.class);

    private final ManifestRegistry manifests;
    private final EndpointRegistry registry;
    private final MasterLedger ledger;
    private final LinksFactory links;
    private final Threads threads;
    private final InstantSource clock;
    private final RedisMetrics metrics;
    private final MasterGauges gauges;
    private final List<SwitchListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, MasterWatch> watches = new ConcurrentSkipListMap<>();
    private final AtomicInteger news = new AtomicInteger();
    private volatile boolean isClosed;

    /** Makes ways to a master's nodes. */
    @FunctionalInterface
    interface LinksFactory {
        Links make(Watched watched);
    }

    /**
     * Who does the work; ended with the masters.
     *
     * @param workers do what may take its time
     * @param agenda is told what is due when
     */
    record Threads(ExecutorService workers, ScheduledExecutorService agenda) {}

    /**
     * What it is about, and where it goes.
     *
     * @param ledger outlives the process
     */
    record Sources(ManifestRegistry manifests, EndpointRegistry registry, MasterLedger ledger) {}

    RedisMasters(Sources sources, LinksFactory links, Threads threads, InstantSource clock, MeterRegistry meters) {
        this.manifests = sources.manifests();
        this.registry = sources.registry();
        this.ledger = sources.ledger();
        this.links = links;
        this.threads = threads;
        this.clock = clock;
        this.metrics = new RedisMetrics(meters, this);
        this.gauges = new MasterGauges(meters, this::isMaster);
    }

    /** Takes away what is left of masters that are gone, and begins to watch what is declared, now and later. */
    void start() {
        removeLeftovers(Watched.in(manifests.view()));
        manifests.addListener(this);
        if (news.getAndIncrement() == 0) {
            watchAllDeclared();
        }
    }

    /** Adds a listener of later switches. */
    public void addListener(SwitchListener listener) {
        listeners.add(listener);
    }

    /** All masters, by name. */
    public NavigableMap<String, MasterView> masters() {
        NavigableMap<String, MasterView> all = new TreeMap<>();
        Watched.in(manifests.view()).forEach(one -> all.put(one.name(), view(one)));
        return all;
    }

    /** One master; empty if none is declared by this name. */
    public Optional<MasterView> master(String name) {
        return Watched.in(manifests.view(), name).map(this::view);
    }

    /** One that has just been declared is not watched yet. */
    private MasterView view(Watched declared) {
        @Nullable MasterWatch watch = watches.get(declared.name());
        if (watch != null && watch.watched().equals(declared)) {
            return watch.view();
        }
        Optional<HostName> master = Roster.master(declared, registry.view());
        MasterState state = MasterState.initial(declared.spec(), master, clock.instant());
        return MasterView.of(declared, state, state.election(), ledger.lastSwitch(declared.name(), master));
    }

    long count(Finding finding) {
        return watches.values().stream()
                .filter(watch -> watch.view().election().finding() == finding)
                .count();
    }

    private boolean isMaster(HostName node) {
        return watches.values().stream().anyMatch(watch -> watch.view().isServedBy(node));
    }

    @Override
    public void changed(ManifestView view, Set<ManifestKey> keys) {
        boolean matters = keys.stream()
                .anyMatch(key -> key.kind() == ManifestKind.REDIS_MASTER
                        || (key.kind() == ManifestKind.SECRET && !watches.isEmpty()));
        if (matters && !isClosed && news.getAndIncrement() == 0) {
            try {
                threads.workers().execute(this::watchAllDeclared);
            } catch (RejectedExecutionException _) {
                // It has ended, and so has the reason to watch.
            }
        }
    }

    private void watchAllDeclared() {
        int seen;
        do {
            seen = news.get();
            try {
                watchDeclared();
            } catch (RuntimeException e) {
                if (!isClosed) {
                    LOG.error("Redis masters that are declared are not watched until one is declared again", e);
                }
            }
        } while (news.addAndGet(-seen) != 0);
    }

    private void watchDeclared() {
        Map<String, Watched> declared = new HashMap<>();
        Watched.in(manifests.view()).forEach(one -> declared.put(one.name(), one));
        List<Watched> gone = new ArrayList<>();
        List.copyOf(watches.values()).forEach(watch -> {
            Watched former = watch.watched();
            if (!former.equals(declared.get(former.name()))) {
                watch.close();
                watches.remove(former.name());
                gone.add(former);
            }
        });
        gone.forEach(former -> removeUnlessDeclared(former, declared.values()));
        declared.forEach((name, watched) -> {
            if (!isClosed && !watches.containsKey(name)) {
                watches.put(name, watch(watched));
            }
        });
        if (isClosed) {
            watches.values().forEach(MasterWatch::close);
        }
        Set<HostName> nodes = new HashSet<>();
        declared.values().forEach(watched -> nodes.addAll(watched.spec().nodes()));
        gauges.show(nodes);
    }

    private MasterWatch watch(Watched watched) {
        MasterWatch watch = new MasterWatch(
                watched,
                registry,
                links.make(watched),
                new MasterWatch.Surroundings(
                        threads.workers(), threads.agenda(), clock, metrics, ledger, this::switched));
        watch.start();
        return watch;
    }

    /** What a master was registered as goes with it, unless another one is declared to be that. */
    private void removeUnlessDeclared(Watched former, Collection<Watched> declared) {
        Set<ServiceName> services = unclaimed(List.of(former.master(), former.replicas()), declared);
        List<RegistrationRequest> removal = Roster.removal(former, registry.view()).stream()
                .filter(wish -> services.contains(wish.service()))
                .toList();
        remove(former.name(), removal, services);
        if (declared.stream().noneMatch(one -> one.name().equals(former.name()))) {
            forget(former.name());
        }
    }

    /** What a process did not get to that ended right after a manifest had been removed or changed. */
    private void removeLeftovers(Collection<Watched> declared) {
        ledger.entries().forEach((name, registered) -> {
            Set<ServiceName> services = unclaimed(List.of(registered.master(), registered.replicas()), declared);
            if (!services.isEmpty()) {
                remove(name, Roster.removal(registered, services, registry.view()), services);
            }
            if (declared.stream().noneMatch(one -> one.name().equals(name))) {
                forget(name);
            }
        });
    }

    private static Set<ServiceName> unclaimed(List<ServiceName> services, Collection<Watched> declared) {
        Set<ServiceName> unclaimed = new HashSet<>(services);
        declared.forEach(one -> {
            unclaimed.remove(one.master());
            unclaimed.remove(one.replicas());
        });
        return unclaimed;
    }

    private void remove(String manifest, List<RegistrationRequest> removal, Set<ServiceName> services) {
        try {
            registry.applyBatch(removal);
            services.forEach(registry::removeService);
        } catch (StoreUnavailableException e) {
            LOG.warn("What a Redis master was registered as cannot be removed master={}", manifest, e);
        }
    }

    private void forget(String manifest) {
        try {
            ledger.forget(manifest);
        } catch (StoreUnavailableException e) {
            LOG.warn("What is known of a Redis master that is gone cannot be removed master={}", manifest, e);
        }
    }

    private void switched(MasterSwitch change) {
        listeners.forEach(listener -> listener.switched(change));
    }

    @Override
    public void close() {
        isClosed = true;
        watches.values().forEach(MasterWatch::close);
        threads.agenda().shutdownNow();
        threads.workers().shutdownNow();
    }
}
