package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.EndpointId;
import io.chancery.model.InstanceId;
import io.chancery.model.Lease;
import io.chancery.model.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The leases of the registered endpoints. Renewals are kept in memory only: after a start each lease has one fresh term.
 * All methods may be called from any thread, and cost the same however many leases there are.
 */
@ThreadSafe
public final class Leases implements EndpointListener {

    /*
     * The store's thread adds and releases leases, as endpoints come and go; callers renew what is there. New leases wait
     * in a queue for the one thread that looks for overdue ones: each is in it once at most.
     */

    private final LeaseClock clock;
    private final Map<ServiceName, Map<EndpointId, HeldLease>> held = new ConcurrentHashMap<>();
    private final Map<InstanceId, Set<HeldLease>> byInstance = new ConcurrentHashMap<>();
    private final Queue<HeldLease> arrivals = new ConcurrentLinkedQueue<>();

    Leases(LeaseClock clock) {
        this.clock = clock;
    }

    void load(RegistryView view) {
        view.services()
                .forEach((name, service) -> service.endpoints()
                        .values()
                        .forEach(endpoint -> endpoint.endpoint()
                                .lease()
                                .ifPresent(lease -> hold(
                                        new EndpointKey(
                                                name, endpoint.endpoint().id()),
                                        lease))));
    }

    @Override
    public void changed(ServiceName service, @Nullable RegisteredEndpoint before, @Nullable RegisteredEndpoint after) {
        Optional<Lease> old =
                before == null ? Optional.empty() : before.endpoint().lease();
        Optional<Lease> now =
                after == null ? Optional.empty() : after.endpoint().lease();
        if (before != null && after != null && before.revision().equals(after.revision())) {
            return;
        }
        if (old.isPresent() && old.equals(now) && after != null) {
            renew(new EndpointKey(service, after.endpoint().id()));
            return;
        }
        if (before != null && old.isPresent()) {
            release(new EndpointKey(service, before.endpoint().id()), old.get());
        }
        if (after != null && now.isPresent()) {
            hold(new EndpointKey(service, after.endpoint().id()), now.get());
        }
    }

    private void hold(EndpointKey key, Lease lease) {
        HeldLease fresh = new HeldLease(key, lease.ttl().toMillis(), clock.now());
        held.computeIfAbsent(key.service(), _ -> new ConcurrentHashMap<>()).put(key.id(), fresh);
        lease.instance()
                .ifPresent(instance -> byInstance.compute(instance, (_, leases) -> {
                    Set<HeldLease> own = leases == null ? ConcurrentHashMap.newKeySet() : leases;
                    own.add(fresh);
                    return own;
                }));
        arrivals.add(fresh);
    }

    private void release(EndpointKey key, Lease lease) {
        @Nullable Map<EndpointId, HeldLease> own = held.get(key.service());
        @Nullable HeldLease released = own == null ? null : own.remove(key.id());
        if (released == null) {
            return;
        }
        released.release();
        held.computeIfPresent(key.service(), (_, leases) -> leases.isEmpty() ? null : leases);
        lease.instance()
                .ifPresent(instance -> byInstance.computeIfPresent(instance, (_, leases) -> {
                    leases.remove(released);
                    return leases.isEmpty() ? null : leases;
                }));
    }

    /** Renews the lease of one endpoint; tells its length, or nothing if there is no such lease. */
    public Optional<Duration> renew(EndpointKey key) {
        Optional<HeldLease> found = find(key);
        found.ifPresent(lease -> lease.renew(clock.now()));
        return found.map(lease -> Duration.ofNanos(lease.ttlNanos()));
    }

    /** Renews all leases of an instance; tells how many it has. */
    public int renew(InstanceId instance) {
        long now = clock.now();
        int renewed = 0;
        for (HeldLease lease : byInstance.getOrDefault(instance, Set.of())) {
            lease.renew(now);
            renewed++;
        }
        return renewed;
    }

    /** How much of an endpoint's lease is left: zero for one that is overdue; nothing where there is none. */
    public Optional<Duration> remaining(EndpointKey key) {
        return find(key).map(lease -> Duration.ofNanos(lease.remaining(clock.now())));
    }

    private Optional<HeldLease> find(EndpointKey key) {
        @Nullable Map<EndpointId, HeldLease> own = held.get(key.service());
        return own == null ? Optional.empty() : Optional.ofNullable(own.get(key.id()));
    }

    /** How many there are. */
    public int count() {
        return held.values().stream().mapToInt(Map::size).sum();
    }

    LeaseClock clock() {
        return clock;
    }

    /** Takes the leases that are new since the last time. */
    List<HeldLease> takeArrivals() {
        List<HeldLease> taken = new ArrayList<>();
        for (HeldLease lease = arrivals.poll(); lease != null; lease = arrivals.poll()) {
            taken.add(lease);
        }
        return taken;
    }

    Collection<HeldLease> of(ServiceName service) {
        return held.getOrDefault(service, Map.of()).values();
    }

    /** All leases, of every service. */
    Iterable<HeldLease> all() {
        return () -> held.values().stream()
                .flatMap(leases -> leases.values().stream())
                .iterator();
    }
}
