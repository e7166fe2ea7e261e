package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.store.Commit;
import io.chancery.store.CommitResult;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.Transaction;
import io.chancery.store.Watch;
import io.chancery.store.WatchResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The registered endpoints, by service.
 *
 * <p>All methods may be called from any thread. A reader sees the registry as it was after some whole number of
 * commits, never between two, and never waits for a writer. A method that changes something returns after the change is
 * durable and visible in {@link #view()}; it throws {@link StoreUnavailableException} when the store cannot write, and
 * then nothing was changed.
 */
@ThreadSafe
public final class EndpointRegistry implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * The view is an immutable value behind a volatile field. Only the store's watch thread replaces it, one commit at a
     * time. Writers read the view, build a transaction that expects what they saw, and commit it; where somebody else
     * was faster the store reports a conflict, and they look again. Each conflict means that another writer got on, so
     * the loop as a whole always does.
     *
     * The bound on endpoints of a service is checked against the view, so writers that race may exceed it by as many as
     * they are.
     */

    private static final byte[] DECLARED = {1};
    private static final int MAX_ATTEMPTS = 10_000;

    private final Store store;
    private final int maxEndpointsPerService;
    private final RegistryMetrics metrics;
    private final LossGuard guard;
    private final Leases leases;
    private final List<EndpointListener> endpointListeners = new CopyOnWriteArrayList<>();
    private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
    private final Watch watch;

    private volatile RegistryView view;

    /**
     * Loads what the store holds; when this returns, {@link #view()} is complete.
     *
     * @throws UnreadableValueException if a stored value cannot be read
     */
    public EndpointRegistry(Store store, int maxEndpointsPerService, MeterRegistry meters) {
        if (maxEndpointsPerService < 1 || maxEndpointsPerService > Endpoint.MAX_PER_SERVICE) {
            throw new IllegalArgumentException("maxEndpointsPerService must be 1.." + Endpoint.MAX_PER_SERVICE);
        }
        this.store = store;
        this.maxEndpointsPerService = maxEndpointsPerService;
        StoreView stored = store.read(Keys.PREFIX);
        this.view = LiveView.of(stored);
        LongSupplier monotonic = meters.config().clock()::monotonicTime;
        this.guard = new LossGuard(monotonic);
        this.leases = new Leases(new LeaseClock(monotonic));
        guard.load(view);
        leases.load(view);
        endpointListeners.add(guard);
        endpointListeners.add(leases);
        this.metrics = new RegistryMetrics(meters, this);
        this.watch = switch (store.watch(stored.revision(), this::apply)) {
            case WatchResult.Watching(Watch started) -> started;
            case WatchResult.Compacted(Revision oldest) ->
                throw new StoreUnavailableException("The store no longer keeps what changed since revision "
                        + stored.revision().value() + " (oldest: " + oldest.value() + "); start again");
        };
    }

    public RegistryView view() {
        return view;
    }

    /** How long the endpoints stay. */
    public Leases leases() {
        return leases;
    }

    RegistryMetrics metrics() {
        return metrics;
    }

    LossGuard guard() {
        return guard;
    }

    /** Sets what tells the services' policies; until then each has {@link ServicePolicy#DEFAULT}. */
    public void setPolicies(ServicePolicies policies) {
        guard.setPolicies(policies);
    }

    /** What tells the services' policies. */
    public ServicePolicies policies() {
        return guard.policies();
    }

    /** Adds a listener of later changes of endpoints; it is called on the store's thread. */
    public void addEndpointListener(EndpointListener listener) {
        endpointListeners.add(listener);
    }

    /** Adds a listener of later changes; it is called on the store's thread. */
    public void addListener(RegistryListener listener) {
        listeners.add(listener);
    }

    /**
     * Registers an endpoint, creating the service if it is new, or replaces what was registered under its id. Its lease, if
     * it has one, begins anew. A change that takes the endpoint out of use is never held back.
     */
    public RegisterResult register(ServiceName service, Endpoint endpoint, Precondition precondition) {
        return register(service, endpoint, precondition, MassLoss.ALLOWED);
    }

    /** The same, where a change that takes the endpoint out of use may be held back. */
    public RegisterResult register(
            ServiceName service, Endpoint endpoint, Precondition precondition, MassLoss massLoss) {
        @Nullable RegisterResult result = null;
        for (int attempt = 0; result == null; attempt++) {
            checkProgress(attempt);
            result = tryRegister(service, endpoint, precondition, massLoss);
        }
        if (result instanceof RegisterResult.Unchanged) {
            leases.renew(new EndpointKey(service, endpoint.id()));
        }
        metrics.recordRegister(result);
        return result;
    }

    /** So many conflicts in a row come from no contention: the view does not follow the store any more. */
    static void checkProgress(int attempt) {
        if (attempt == MAX_ATTEMPTS) {
            throw new StoreUnavailableException(
                    "The registry no longer follows the store; nothing was changed. Restart the process.");
        }
    }

    /** Returns null where another writer was faster. */
    private @Nullable RegisterResult tryRegister(
            ServiceName service, Endpoint endpoint, Precondition precondition, MassLoss massLoss) {
        ServiceView current = view.serviceOrEmpty(service);
        @Nullable RegisteredEndpoint existing = current.endpoints().get(endpoint.id());
        Revision seen = existing == null ? Revision.ZERO : existing.revision();
        if (!precondition.holds(revision(existing))) {
            return new RegisterResult.PreconditionFailed(seen);
        }
        if (existing != null && existing.endpoint().equals(endpoint)) {
            return new RegisterResult.Unchanged(seen);
        }
        if (existing == null && current.endpoints().size() >= maxEndpointsPerService) {
            return new RegisterResult.Full(maxEndpointsPerService);
        }
        if (existing != null && endpoint.state() == EndpointState.DRAINING && isLoss(service, existing, massLoss)) {
            return new RegisterResult.Guarded(guard.window(service).sound());
        }
        String key = Keys.endpoint(service, endpoint.id());
        List<Operation> operations = new ArrayList<>();
        operations.add(new Operation.Put(key, EndpointCodec.encode(endpoint)));
        if (existing != null && !existing.endpoint().target().equals(endpoint.target())) {
            forgetHealth(service, existing).ifPresent(operations::add);
        }
        if (!current.declared()) {
            operations.add(declare(service));
        }
        return switch (commit(new Transaction(List.of(new Transaction.Expectation(key, seen)), operations))) {
            case CommitResult.Committed(Revision revision) ->
                existing == null ? new RegisterResult.Added(revision) : new RegisterResult.Updated(revision);
            case CommitResult.Conflict _ -> null;
        };
    }

    private static Optional<Revision> revision(@Nullable RegisteredEndpoint existing) {
        return Optional.ofNullable(existing).map(RegisteredEndpoint::revision);
    }

    /** Whether the service would be left with too few if this endpoint went. */
    private boolean isLoss(ServiceName service, RegisteredEndpoint endpoint, MassLoss massLoss) {
        return massLoss == MassLoss.HELD
                && endpoint.isUsable()
                && guard.window(service).forbids(LossGuard.isSound(endpoint) ? 1 : 0, guard.policy(service));
    }

    /**
     * Removes an endpoint; the service stays, so that its clients are told that it is empty. The removal is never held
     * back.
     */
    public DeregisterResult deregister(ServiceName service, EndpointId id, Precondition precondition) {
        return deregister(service, id, precondition, MassLoss.ALLOWED);
    }

    /** The same, where the removal may be held back. */
    public DeregisterResult deregister(
            ServiceName service, EndpointId id, Precondition precondition, MassLoss massLoss) {
        @Nullable DeregisterResult result = null;
        for (int attempt = 0; result == null; attempt++) {
            checkProgress(attempt);
            result = tryDeregister(service, id, precondition, massLoss);
        }
        metrics.recordDeregister(result);
        return result;
    }

    private @Nullable DeregisterResult tryDeregister(
            ServiceName service, EndpointId id, Precondition precondition, MassLoss massLoss) {
        ServiceView current = view.serviceOrEmpty(service);
        @Nullable RegisteredEndpoint existing = current.endpoints().get(id);
        if (!precondition.holds(revision(existing))) {
            return new DeregisterResult.PreconditionFailed(revision(existing).orElse(Revision.ZERO));
        }
        if (existing == null) {
            return new DeregisterResult.NotFound();
        }
        if (isLoss(service, existing, massLoss)) {
            return new DeregisterResult.Guarded(guard.window(service).sound());
        }
        String key = Keys.endpoint(service, id);
        List<Operation> operations = new ArrayList<>();
        operations.add(new Operation.Delete(key));
        forgetHealth(service, existing).ifPresent(operations::add);
        if (!current.declared()) {
            // It may have been removed in the moment in which this endpoint came.
            operations.add(declare(service));
        }
        Transaction transaction =
                new Transaction(List.of(new Transaction.Expectation(key, existing.revision())), operations);
        return switch (commit(transaction)) {
            case CommitResult.Committed(Revision revision) -> new DeregisterResult.Removed(revision);
            case CommitResult.Conflict _ -> null;
        };
    }

    /**
     * Makes all the wishes true in one transaction, or none.
     *
     * @throws InvalidValueException if two wishes are about the same endpoint
     * @throws io.chancery.store.TransactionTooLargeException if the store cannot take so many at once
     */
    public BatchResult applyBatch(List<RegistrationRequest> requests) {
        return applyBatch(requests, MassLoss.ALLOWED);
    }

    /** The same, where it may be held back if it takes too many endpoints of a service out of use. */
    public BatchResult applyBatch(List<RegistrationRequest> requests, MassLoss massLoss) {
        return applyBatch(_ -> requests, massLoss);
    }

    /** Makes the wishes true that follow from what there is. */
    BatchResult applyBatch(Function<RegistryView, List<RegistrationRequest>> wishes, MassLoss massLoss) {
        for (int attempt = 0; ; attempt++) {
            checkProgress(attempt);
            RegistryView current = view;
            List<RegistrationRequest> requests = wishes.apply(current);
            @Nullable BatchResult result = tryBatch(current, requests, massLoss);
            if (result != null) {
                if (result instanceof BatchResult.Applied) {
                    renewUnchanged(requests);
                }
                return metrics.recordBatch(result);
            }
        }
    }

    /** Returns null where another writer was faster. */
    private @Nullable BatchResult tryBatch(
            RegistryView current, List<RegistrationRequest> requests, MassLoss massLoss) {
        BatchPlan plan = new BatchPlan(current);
        requests.forEach(plan::add);
        Optional<BatchResult> refusal = massLoss == MassLoss.HELD
                ? plan.overfull(maxEndpointsPerService).or(() -> plan.guarded(guard))
                : plan.overfull(maxEndpointsPerService);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        int changed = plan.changes();
        if (changed == 0) {
            return new BatchResult.Applied(current.revision(), 0, requests.size());
        }
        plan.declareServices();
        return switch (commit(plan.toTransaction())) {
            case CommitResult.Committed(Revision revision) ->
                new BatchResult.Applied(revision, changed, requests.size() - changed);
            case CommitResult.Conflict _ -> null;
        };
    }

    /** Those that the batch changed have been renewed by that. */
    private void renewUnchanged(List<RegistrationRequest> requests) {
        for (RegistrationRequest request : requests) {
            if (request instanceof RegistrationRequest.Register) {
                leases.renew(new EndpointKey(request.service(), request.id()));
            }
        }
    }

    /** Removes a service that has no endpoints left; its cluster then leaves every Envoy. */
    public RemoveServiceResult removeService(ServiceName name) {
        Optional<ServiceView> service = view.service(name);
        if (service.isEmpty()) {
            return new RemoveServiceResult.NotFound();
        }
        if (!service.get().endpoints().isEmpty()) {
            return new RemoveServiceResult.InUse(service.get().endpoints().size());
        }
        return switch (commit(new Transaction(List.of(), List.of(new Operation.Delete(Keys.service(name)))))) {
            case CommitResult.Committed(Revision revision) -> new RemoveServiceResult.Removed(revision);
            case CommitResult.Conflict conflict ->
                throw new IllegalStateException("conflict without an expectation: " + conflict);
        };
    }

    @Override
    public void close() {
        watch.close();
    }

    private void apply(Commit commit) {
        LiveView.Step step = LiveView.after(view, commit);
        view = step.view();
        if (!step.changed().isEmpty()) {
            step.endpoints().forEach(change -> tell(change));
            for (RegistryListener listener : listeners) {
                listener.changed(step.view(), step.changed());
            }
        }
    }

    /** What was found at one address says nothing of another. */
    static Optional<Operation> forgetHealth(ServiceName service, RegisteredEndpoint endpoint) {
        return endpoint.judged().equals(Revision.ZERO)
                ? Optional.empty()
                : Optional.of(new Operation.Delete(
                        Keys.health(service, endpoint.endpoint().id())));
    }

    private void tell(LiveView.EndpointChange change) {
        for (EndpointListener listener : endpointListeners) {
            listener.changed(change.service(), change.before(), change.after());
        }
    }

    CommitResult commit(Transaction transaction) {
        try {
            return store.commit(transaction).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static Operation declare(ServiceName service) {
        return new Operation.Put(Keys.service(service), DECLARED);
    }
}
