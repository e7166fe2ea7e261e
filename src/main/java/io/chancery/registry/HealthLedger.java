package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.EndpointId;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.store.CommitResult;
import io.chancery.store.Operation;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is known of endpoints' health. All methods may be called from any thread; they return after the change is
 * durable and visible, and throw {@link StoreUnavailableException} when the store cannot write.
 */
@ThreadSafe
public final class HealthLedger {

    private final EndpointRegistry registry;

    HealthLedger(EndpointRegistry registry) {
        this.registry = registry;
    }

    /** Writes down what probes found, in one transaction; what is said of endpoints that are gone is dropped. */
    public void report(List<VerdictReport> reports) {
        Map<Subject, UnaryOperator<EndpointHealth>> changes = HashMap.newHashMap(reports.size());
        for (VerdictReport report : reports) {
            changes.put(new Subject(report.service(), report.endpoint()), health -> health.judged(report));
        }
        change(changes);
    }

    /** An endpoint of a service. */
    record Subject(ServiceName service, EndpointId id) {}

    /** Makes all the changes in one transaction; those of endpoints that are gone are dropped. */
    void change(Map<Subject, UnaryOperator<EndpointHealth>> changes) {
        for (int attempt = 0; !tryChange(changes); attempt++) {
            EndpointRegistry.checkProgress(attempt);
        }
    }

    private boolean tryChange(Map<Subject, UnaryOperator<EndpointHealth>> changes) {
        RegistryView view = registry.view();
        List<Transaction.Expectation> expectations = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        changes.forEach((subject, change) -> {
            @Nullable
            RegisteredEndpoint known = view.serviceOrEmpty(subject.service()).endpoints().get(subject.id());
            if (known == null) {
                return;
            }
            EndpointHealth after = change.apply(known.health());
            if (after.equals(known.health())) {
                return;
            }
            String key = Keys.health(subject.service(), subject.id());
            // The endpoint must still be there, or its health would stay behind.
            expectations.add(new Transaction.Expectation(
                    Keys.endpoint(subject.service(), subject.id()), known.revision()));
            expectations.add(new Transaction.Expectation(key, known.judged()));
            operations.add(
                    after.equals(EndpointHealth.NOTHING)
                            ? new Operation.Delete(key)
                            : new Operation.Put(key, HealthCodec.encode(after)));
        });
        if (operations.isEmpty()) {
            return true;
        }
        return switch (registry.commit(new Transaction(expectations, operations))) {
            case CommitResult.Committed(Revision _) -> true;
            case CommitResult.Conflict _ -> false;
        };
    }
}
