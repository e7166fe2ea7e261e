package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import io.chancery.store.CommitResult;
import io.chancery.store.Operation;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is known of endpoints' health. All methods may be called from any thread; they return after the change is
 * durable and visible, and throw {@link StoreUnavailableException} when the store cannot write.
 *
 * <p>Where what is found would leave a service with too few endpoints ({@link ServicePolicy}), nobody is taken out of use:
 * those that it speaks against, and those that it has spoken against of late, are suspected until enough of them are well.
 */
@ThreadSafe
public final class HealthLedger {

    /*
     * Concurrency
     * -----------
     * One at a time decides, under the lock, from what is to be seen and from what others have decided that is not to be
     * seen yet; it then commits without the lock, expecting what it saw of each endpoint. Where somebody else was faster the
     * store reports a conflict, and it decides anew. What others have decided is looked at before the window: a loss that
     * is written in between is counted twice, and never overlooked. Whoever is suspected for that is let go by the next
     * review.
     */

    private final Object decision = new Object();

    /** What is decided, until it is to be seen. */
    private final Set<Draft> underWay = ConcurrentHashMap.newKeySet();

    private final EndpointRegistry registry;
    private final LossGuard guard;

    public HealthLedger(EndpointRegistry registry) {
        this.registry = registry;
        this.guard = registry.guard();
    }

    /** Writes down what probes found, in one transaction; what is said of endpoints that are gone is dropped. */
    public void report(List<VerdictReport> reports) {
        Map<ServiceName, List<VerdictReport>> byService = new HashMap<>();
        reports.forEach(report -> byService
                .computeIfAbsent(report.service(), _ -> new ArrayList<>())
                .add(report));
        change((view, draft) -> byService.forEach((service, own) -> decide(view.serviceOrEmpty(service), own, draft)));
    }

    /** Lets go of suspicions for which there is no longer a reason. */
    void review() {
        Set<ServiceName> holding = guard.holding();
        if (holding.isEmpty()) {
            return;
        }
        change((view, draft) -> holding.forEach(service -> decide(view.serviceOrEmpty(service), List.of(), draft)));
    }

    /** Sets or, if empty, takes back an operator's word on an endpoint; tells whether there is such an endpoint. */
    public boolean force(EndpointKey key, Optional<EndpointHealth.Forced> word) {
        return change((view, draft) -> find(view, key)
                .ifPresent(
                        endpoint -> draft.put(key, endpoint, endpoint.health().forced(word))));
    }

    /**
     * Takes all that is suspected of a service for true, and how many there are now for enough; tells how many there
     * were.
     */
    public int release(ServiceName service) {
        guard.forget(service);
        Set<EndpointKey> released = new HashSet<>();
        change((view, draft) -> {
            released.clear();
            for (RegisteredEndpoint endpoint :
                    view.serviceOrEmpty(service).endpoints().values()) {
                if (endpoint.health().suspected()) {
                    EndpointKey key =
                            new EndpointKey(service, endpoint.endpoint().id());
                    released.add(key);
                    draft.put(key, endpoint, endpoint.health().suspected(false));
                }
            }
        });
        return released.size();
    }

    /** Suspects endpoints: they are taken for dead, but too many would go with them. */
    void suspect(Collection<EndpointKey> keys) {
        setSuspected(keys, true);
    }

    /** Trusts endpoints that were suspected. */
    void trust(Collection<EndpointKey> keys) {
        setSuspected(keys, false);
    }

    private void setSuspected(Collection<EndpointKey> keys, boolean suspected) {
        change((view, draft) -> keys.forEach(key -> find(view, key)
                .ifPresent(
                        endpoint -> draft.put(key, endpoint, endpoint.health().suspected(suspected)))));
    }

    /** Makes a change in one transaction; tells whether it was about any endpoint that is there. */
    private boolean change(BiConsumer<RegistryView, Draft> change) {
        for (int attempt = 0; ; attempt++) {
            EndpointRegistry.checkProgress(attempt);
            Draft draft = decided(change);
            if (draft.operations.isEmpty()) {
                return draft.named;
            }
            try {
                if (registry.commit(new Transaction(draft.expectations, draft.operations))
                        instanceof CommitResult.Committed) {
                    registry.metrics().recordHeld(draft.held);
                    return true;
                }
            } finally {
                underWay.remove(draft);
            }
        }
    }

    private Draft decided(BiConsumer<RegistryView, Draft> change) {
        Draft draft = new Draft();
        synchronized (decision) {
            change.accept(registry.view(), draft);
            if (!draft.losses.isEmpty()) {
                underWay.add(draft);
            }
        }
        return draft;
    }

    private static Optional<RegisteredEndpoint> find(RegistryView view, EndpointKey key) {
        return Optional.ofNullable(
                view.serviceOrEmpty(key.service()).endpoints().get(key.id()));
    }

    /** Decides for one service what its endpoints' health is after the reports. */
    private void decide(ServiceView service, List<VerdictReport> reports, Draft draft) {
        Map<EndpointKey, EndpointHealth> judged = new HashMap<>();
        int lost = lossesUnderWay(service, reports);
        LossWindow window = guard.window(service.name());
        int sound = window.sound() - lost;
        for (VerdictReport report : reports) {
            EndpointKey key = new EndpointKey(service.name(), report.endpoint());
            @Nullable RegisteredEndpoint before = service.endpoints().get(report.endpoint());
            if (before != null) {
                EndpointHealth after = before.health().judged(report).suspected(false);
                judged.put(key, after);
                sound += count(before, after) - count(before, before.health());
            }
        }
        window.fallen().keySet().forEach(id -> {
            @Nullable RegisteredEndpoint endpoint = service.endpoints().get(id);
            if (endpoint != null && endpoint.health().verdict() == Verdict.UNHEALTHY) {
                judged.putIfAbsent(new EndpointKey(service.name(), id), endpoint.health());
            }
        });
        boolean tooFew = guard.policy(service.name()).isTooFew(sound, Math.max(sound, window.peak()));
        judged.forEach((key, health) -> {
            @Nullable RegisteredEndpoint before = service.endpoints().get(key.id());
            if (before != null) {
                draft.put(key, before, health.suspected(tooFew && health.verdict() == Verdict.UNHEALTHY));
            }
        });
    }

    /** How many others have decided to take out of use, of those that are not reported on and look well still. */
    private int lossesUnderWay(ServiceView service, List<VerdictReport> reports) {
        Set<EndpointId> losses = new HashSet<>();
        underWay.forEach(draft -> losses.addAll(draft.losses.getOrDefault(service.name(), Set.of())));
        reports.forEach(report -> losses.remove(report.endpoint()));
        return (int) losses.stream()
                .filter(id -> LossGuard.isSound(service.endpoints().get(id)))
                .count();
    }

    private static int count(RegisteredEndpoint endpoint, EndpointHealth health) {
        return isSound(endpoint, health) ? 1 : 0;
    }

    private static boolean isSound(RegisteredEndpoint endpoint, EndpointHealth health) {
        return LossGuard.isSound(
                new RegisteredEndpoint(endpoint.endpoint(), endpoint.revision(), health, endpoint.judged()));
    }

    /** The health that endpoints are to have. */
    private static final class Draft {

        private final List<Transaction.Expectation> expectations = new ArrayList<>();
        private final List<Operation> operations = new ArrayList<>();

        /** Endpoints that were sound and are no longer. */
        private final Map<ServiceName, Set<EndpointId>> losses = new HashMap<>();

        private boolean named;
        private int held;

        void put(EndpointKey subject, RegisteredEndpoint known, EndpointHealth after) {
            named = true;
            if (after.equals(known.health())) {
                return;
            }
            if (after.suspected() && !known.health().suspected()) {
                held++;
            }
            if (LossGuard.isSound(known) && !isSound(known, after)) {
                losses.computeIfAbsent(subject.service(), _ -> new HashSet<>()).add(subject.id());
            }
            String key = Keys.health(subject.service(), subject.id());
            // The endpoint must still be there, or its health would stay behind.
            expectations.add(
                    new Transaction.Expectation(Keys.endpoint(subject.service(), subject.id()), known.revision()));
            expectations.add(new Transaction.Expectation(key, known.judged()));
            operations.add(
                    after.equals(EndpointHealth.NOTHING)
                            ? new Operation.Delete(key)
                            : new Operation.Put(key, HealthCodec.encode(after)));
        }
    }
}
