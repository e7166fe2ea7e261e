package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The declared Redis masters. All methods may be called from any thread.
 *
 * <p>Which node was the master last is in the registry, and so outlives the process.
 */
@ThreadSafe
public final class RedisMasters implements ManifestListener, AutoCloseable {

    /*
     * The store's thread only hands on that something was declared; a worker then makes the watches those that are
     * declared, one worker at a time, under the lock. What reads the watches takes no lock.
     */

    private static final Logger LOG = LoggerFactory.getLogger(RedisMasters.class);

    private final ManifestRegistry manifests;
    private final EndpointRegistry registry;
    private final LinksFactory links;
    private final Threads threads;
    private final InstantSource clock;
    private final RedisMetrics metrics;
    private final MasterGauges gauges;
    private final List<SwitchListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, MasterWatch> watches = new ConcurrentSkipListMap<>();
    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean isClosed;

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

    RedisMasters(
            ManifestRegistry manifests,
            EndpointRegistry registry,
            LinksFactory links,
            Threads threads,
            InstantSource clock,
            MeterRegistry meters) {
        this.manifests = manifests;
        this.registry = registry;
        this.links = links;
        this.threads = threads;
        this.clock = clock;
        this.metrics = new RedisMetrics(meters, this);
        this.gauges = new MasterGauges(meters, this::isMaster);
    }

    /** Begins to watch what is declared, now and later. */
    void start() {
        manifests.addListener(this);
        watchDeclared();
    }

    /** Adds a listener of later switches. */
    public void addListener(SwitchListener listener) {
        listeners.add(listener);
    }

    /** All masters, by name. */
    public NavigableMap<String, MasterView> masters() {
        NavigableMap<String, MasterView> all = new TreeMap<>();
        watches.forEach((name, watch) -> all.put(name, watch.view()));
        return all;
    }

    /** One master; empty if none is declared by this name. */
    public Optional<MasterView> master(String name) {
        return Optional.ofNullable(watches.get(name)).map(MasterWatch::view);
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
        if (matters) {
            try {
                threads.workers().execute(this::watchDeclared);
            } catch (RejectedExecutionException _) {
                // It has ended, and so has the reason to watch.
            }
        }
    }

    private void watchDeclared() {
        synchronized (lock) {
            if (isClosed) {
                return;
            }
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
            gone.forEach(former ->
                    removeUnlessDeclared(former, declared.values().stream().toList()));
            declared.forEach((name, watched) -> watches.computeIfAbsent(name, _ -> watch(watched)));
            Set<HostName> nodes = new HashSet<>();
            declared.values().forEach(watched -> nodes.addAll(watched.spec().nodes()));
            gauges.show(nodes);
        }
    }

    private MasterWatch watch(Watched watched) {
        MasterWatch watch = new MasterWatch(
                watched,
                registry,
                links.make(watched),
                new MasterWatch.Surroundings(threads.workers(), threads.agenda(), clock, metrics, this::switched));
        watch.start();
        return watch;
    }

    /** What a master was registered as goes with it, unless another one is declared to be that. */
    private void removeUnlessDeclared(Watched former, List<Watched> declared) {
        Set<ServiceName> kept = new HashSet<>();
        declared.forEach(one -> {
            kept.add(one.master());
            kept.add(one.replicas());
        });
        List<RegistrationRequest> removal = Roster.removal(former, registry.view()).stream()
                .filter(wish -> !kept.contains(wish.service()))
                .toList();
        try {
            registry.applyBatch(removal);
            for (ServiceName service : List.of(former.master(), former.replicas())) {
                if (!kept.contains(service)) {
                    registry.removeService(service);
                }
            }
        } catch (StoreUnavailableException e) {
            LOG.warn("What a Redis master was registered as cannot be removed master={}", former.name(), e);
        }
    }

    private void switched(MasterSwitch change) {
        listeners.forEach(listener -> listener.switched(change));
    }

    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            watches.values().forEach(MasterWatch::close);
        }
        threads.agenda().shutdownNow();
        threads.workers().shutdownNow();
    }
}
