package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.store.Operation;
import io.chancery.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to make a batch of wishes true, seen from one view: every endpoint that it names must still be as it was
 * seen when the transaction is committed, those included that need no change.
 */
final class BatchPlan {

    private final RegistryView view;
    private final List<Transaction.Expectation> expectations = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();

    /** By how many endpoints each service grows that something changes in. */
    private final Map<ServiceName, Integer> growth = new HashMap<>();

    /** How many endpoints that are well each service loses, less those that it gains. */
    private final Map<ServiceName, Integer> losses = new HashMap<>();

    private int changes;

    BatchPlan(RegistryView view) {
        this.view = view;
    }

    /** @throws InvalidValueException if a wish before was about the same endpoint */
    void add(RegistrationRequest request) {
        String key = Keys.endpoint(request.service(), request.id());
        if (!keys.add(key)) {
            throw new InvalidValueException(
                    "registrations", "must name " + request.id() + " of " + request.service() + " only once");
        }
        @Nullable
        RegisteredEndpoint existing =
                view.serviceOrEmpty(request.service()).endpoints().get(request.id());
        expectations.add(new Transaction.Expectation(key, existing == null ? Revision.ZERO : existing.revision()));
        switch (request) {
            case RegistrationRequest.Register(ServiceName name, Endpoint endpoint) -> {
                boolean taken = endpoint.state() == EndpointState.ACTIVE;
                lose(
                        name,
                        (LossGuard.isSound(existing) ? 1 : 0)
                                - (taken && (existing == null || LossGuard.isSound(existing)) ? 1 : 0));
                if (existing == null || !existing.endpoint().equals(endpoint)) {
                    change(name, new Operation.Put(key, EndpointCodec.encode(endpoint)), existing == null ? 1 : 0);
                    if (existing != null && !existing.endpoint().target().equals(endpoint.target())) {
                        EndpointRegistry.forgetHealth(name, existing).ifPresent(operations::add);
                    }
                }
            }
            case RegistrationRequest.Deregister(ServiceName name, EndpointId _) -> {
                if (existing != null) {
                    lose(name, LossGuard.isSound(existing) ? 1 : 0);
                    change(name, new Operation.Delete(key), -1);
                    EndpointRegistry.forgetHealth(name, existing).ifPresent(operations::add);
                }
            }
        }
    }

    private void lose(ServiceName service, int sound) {
        losses.merge(service, sound, Integer::sum);
    }

    /** Why it cannot be done, if a service would have more endpoints than it may. */
    Optional<BatchResult> overfull(int maxEndpointsPerService) {
        return growth.entrySet().stream()
                .filter(one -> one.getValue() > 0
                        && view.serviceOrEmpty(one.getKey()).endpoints().size() + one.getValue()
                                > maxEndpointsPerService)
                .<BatchResult>map(one -> new BatchResult.Full(one.getKey(), maxEndpointsPerService))
                .findFirst();
    }

    /** Why it is not to be done, if a service would be left with too few that are well. */
    Optional<BatchResult> guarded(LossGuard guard) {
        return losses.entrySet().stream()
                .filter(one -> one.getValue() > 0
                        && guard.window(one.getKey()).forbids(one.getValue(), guard.policy(one.getKey())))
                .<BatchResult>map(one -> new BatchResult.Guarded(
                        one.getKey(), guard.window(one.getKey()).sound()))
                .findFirst();
    }

    /** Has the services exist from then on that something changes in. */
    void declareServices() {
        growth.keySet().stream()
                .filter(name -> !view.serviceOrEmpty(name).declared())
                .map(EndpointRegistry::declare)
                .forEach(operations::add);
    }

    /** How many endpoints something changes of. */
    int changes() {
        return changes;
    }

    Transaction toTransaction() {
        return new Transaction(expectations, operations);
    }

    private void change(ServiceName service, Operation operation, int added) {
        operations.add(operation);
        changes++;
        growth.merge(service, added, Integer::sum);
    }
}
