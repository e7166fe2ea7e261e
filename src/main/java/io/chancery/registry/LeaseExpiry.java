package io.chancery.registry;

import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the endpoints whose leases have ended, unless too many end at once.
 *
 * <p>{@link #run} is called by one thread; the rest may be called from any.
 */
final class LeaseExpiry {

    private static final Logger log = LoggerFactory.getLogger(LeaseExpiry.class);

    private final EndpointRegistry registry;
    private final HealthLedger ledger;
    private final LivenessMetrics metrics;
    private final LeaseWheel wheel;

    /** Overdue, but not removed yet. */
    private final Set<HeldLease> kept = new LinkedHashSet<>();

    private final Map<ServiceName, Preservation> services = new HashMap<>();
    private final Preservation everything = new Preservation();
    private final Queue<Lifting> liftings = new ConcurrentLinkedQueue<>();

    private volatile PreservationView view = PreservationView.NONE;

    /** An operator's word on a service, or on all. */
    private record Lifting(Optional<ServiceName> service) {}

    LeaseExpiry(EndpointRegistry registry, HealthLedger ledger, LivenessMetrics metrics, long tick) {
        this.registry = registry;
        this.ledger = ledger;
        this.metrics = metrics;
        this.wheel = new LeaseWheel(tick, registry.leases().clock().now());
    }

    PreservationView view() {
        return view;
    }

    /** For one lease term, leases expire however many they are. */
    void lift(Optional<ServiceName> service) {
        liftings.add(new Lifting(service));
    }

    /** Looks for what is overdue. */
    void run() {
        Leases leases = registry.leases();
        leases.takeArrivals().forEach(wheel::add);
        long now = leases.clock().now();
        wheel.overdue(now).forEach(kept::add);
        List<HeldLease> back = kept.stream()
                .filter(lease -> lease.isReleased() || !lease.isOverdue(now))
                .toList();
        back.forEach(kept::remove);
        back.stream().filter(lease -> !lease.isReleased()).forEach(wheel::add);
        trustTheRenewed();
        Map<ServiceName, List<HeldLease>> overdue = new TreeMap<>();
        for (HeldLease lease : kept) {
            overdue.computeIfAbsent(lease.key().service(), _ -> new ArrayList<>())
                    .add(lease);
        }
        lift(overdue, now);
        Set<HeldLease> ending = unpreserved(overdue, now);
        if (!ending.isEmpty()) {
            expire(ending, now);
        }
        forgetIdle(now);
    }

    /** Whom only an ended lease spoke against is trusted again once it is kept up; after a start that is everybody. */
    private void trustTheRenewed() {
        Set<EndpointKey> overdue = kept.stream().map(HeldLease::key).collect(Collectors.toSet());
        List<EndpointKey> renewed = new ArrayList<>();
        for (ServiceName service : registry.guard().holding()) {
            registry.view().serviceOrEmpty(service).endpoints().forEach((id, endpoint) -> {
                EndpointKey key = new EndpointKey(service, id);
                if (endpoint.health().suspected()
                        && endpoint.health().verdict() != Verdict.UNHEALTHY
                        && !overdue.contains(key)) {
                    renewed.add(key);
                }
            });
        }
        if (!renewed.isEmpty()) {
            ledger.trust(renewed);
        }
    }

    private void lift(Map<ServiceName, List<HeldLease>> overdue, long now) {
        for (@Nullable Lifting lifting = liftings.poll(); lifting != null; lifting = liftings.poll()) {
            long until = now + longestTerm(kept);
            lifting.service()
                    .ifPresentOrElse(
                            service -> services.computeIfAbsent(service, _ -> new Preservation())
                                    .lift(until),
                            () -> {
                                everything.lift(until);
                                overdue.keySet()
                                        .forEach(service -> services.computeIfAbsent(service, _ -> new Preservation())
                                                .lift(until));
                            });
        }
    }

    /** Decides for each service, and for all together, whether its leases are preserved; returns those that are not. */
    private Set<HeldLease> unpreserved(Map<ServiceName, List<HeldLease>> overdue, long now) {
        Leases leases = registry.leases();
        Map<ServiceName, PreservationView.Kept> preserved = new TreeMap<>();
        Set<HeldLease> ending = new LinkedHashSet<>();
        Set<ServiceName> judged = new TreeSet<>(overdue.keySet());
        services.forEach((service, rule) -> {
            if (rule.isActive()) {
                judged.add(service);
            }
        });
        for (ServiceName service : judged) {
            List<HeldLease> own = overdue.getOrDefault(service, List.of());
            Preservation rule = services.computeIfAbsent(service, _ -> new Preservation());
            Preservation.Census census = census(leases.of(service), longestTerm(own), now);
            boolean was = rule.isActive();
            if (rule.decide(census, registry.guard().policy(service), now)) {
                preserved.put(service, new PreservationView.Kept(census.leases(), own.size()));
            } else {
                ending.addAll(own);
            }
            if (was != rule.isActive()) {
                log.warn(
                        rule.isActive()
                                ? "Too many leases of a service end at once: none of them expires. service={} leases={} overdue={}"
                                : "Leases of a service expire again. service={} leases={} overdue={}",
                        service,
                        census.leases(),
                        own.size());
            }
        }
        Optional<PreservationView.Kept> all = Optional.empty();
        boolean was = everything.isActive();
        if (!kept.isEmpty() || was) {
            Preservation.Census census = census(leases.all(), longestTerm(kept), now);
            if (everything.decide(census, registry.guard().policies().byDefault(), now)) {
                all = Optional.of(new PreservationView.Kept(census.leases(), kept.size()));
                // Of a service on which there is an operator's word, leases end whatever all together do.
                ending.removeIf(lease -> !isLifted(lease.key().service()));
            }
        }
        if (was != everything.isActive()) {
            log.warn(
                    everything.isActive()
                            ? "Too many leases end at once: none of any service expires. overdue={}"
                            : "Leases expire again. overdue={}",
                    kept.size());
        }
        view = new PreservationView(all, preserved);
        return ending;
    }

    private static Preservation.Census census(Iterable<HeldLease> leases, long longestTerm, long now) {
        int count = 0;
        int late = 0;
        for (HeldLease lease : leases) {
            count++;
            if (lease.isLate(now)) {
                late++;
            }
        }
        return new Preservation.Census(count, late, longestTerm);
    }

    private static long longestTerm(Iterable<HeldLease> leases) {
        long longest = 0;
        for (HeldLease lease : leases) {
            longest = Math.max(longest, lease.ttlNanos());
        }
        return longest;
    }

    private void expire(Set<HeldLease> ending, long now) {
        Map<ServiceName, List<HeldLease>> byService = new LinkedHashMap<>();
        for (HeldLease lease : ending) {
            byService
                    .computeIfAbsent(lease.key().service(), _ -> new ArrayList<>())
                    .add(lease);
        }
        byService.forEach((service, own) -> {
            if (isLifted(service) || mayGo(service, own)) {
                remove(service, own, now);
            } else {
                suspect(own);
            }
        });
    }

    /** Whether an operator has said that those whose leases have ended are dead. */
    private boolean isLifted(ServiceName service) {
        return everything.isLifted()
                || Optional.ofNullable(services.get(service))
                        .filter(Preservation::isLifted)
                        .isPresent();
    }

    /** Whether enough are left without them; those that are suspected already do not count as well. */
    private boolean mayGo(ServiceName service, List<HeldLease> own) {
        ServiceView endpoints = registry.view().serviceOrEmpty(service);
        int sound = (int) own.stream()
                .filter(lease ->
                        LossGuard.isSound(endpoints.endpoints().get(lease.key().id())))
                .count();
        return !registry.guard().window(service).forbids(sound, registry.guard().policy(service));
    }

    private void suspect(List<HeldLease> own) {
        ledger.suspect(own.stream().map(HeldLease::key).toList());
    }

    private void remove(ServiceName service, List<HeldLease> own, long now) {
        ServiceView endpoints = registry.view().serviceOrEmpty(service);
        int removed = 0;
        for (HeldLease lease : own) {
            @Nullable
            RegisteredEndpoint endpoint = endpoints.endpoints().get(lease.key().id());
            if (endpoint == null || !lease.isOverdue(registry.leases().clock().now())) {
                continue;
            }
            DeregisterResult result = registry.deregister(
                    service, lease.key().id(), new Precondition.At(endpoint.revision()), MassLoss.ALLOWED);
            if (result instanceof DeregisterResult.Removed) {
                removed++;
                kept.remove(lease);
            }
        }
        if (removed > 0) {
            metrics.expired(removed);
            everything.expired(removed, now);
            services.computeIfAbsent(service, _ -> new Preservation()).expired(removed, now);
            log.info("Leases have ended. service={} endpoints={}", service, removed);
        }
    }

    /** What was decided of services all of whose leases are kept up need not be remembered for ever. */
    private void forgetIdle(long now) {
        services.entrySet()
                .removeIf(entry -> entry.getValue()
                        .isIdle(now, longestTerm(registry.leases().of(entry.getKey()))));
    }
}
