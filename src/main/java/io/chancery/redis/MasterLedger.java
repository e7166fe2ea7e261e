package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistryView;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.StoreView;
import io.chancery.store.Transaction;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store has of Redis masters: what is registered for them, and when the last one became it. All methods may be
 * called from any thread, for each manifest by one at a time; those that change something return after it is durable, and
 * throw {@link StoreUnavailableException} when the store cannot write.
 */
@ThreadSafe
final class MasterLedger {

    private static final String PREFIX = "redis/";

    private final Store store;

    /** By the manifest's name. */
    private final Map<String, Registered> entries = new ConcurrentHashMap<>();

    /** @throws UnreadableMasterException if a stored value cannot be read */
    MasterLedger(Store store) {
        this.store = store;
        for (StoreView.Entry entry : store.read(PREFIX).entries()) {
            entries.put(entry.key().substring(PREFIX.length()), RegisteredCodec.decode(entry.key(), entry.value()));
        }
    }

    /** All that there is, by the manifest's name. */
    Map<String, Registered> entries() {
        return new TreeMap<>(entries);
    }

    /** How the master that there is became it; empty where that is not known. */
    Optional<PastSwitch> lastSwitch(String manifest, Optional<HostName> master) {
        return Optional.ofNullable(entries.get(manifest))
                .flatMap(Registered::lastSwitch)
                .filter(change -> Optional.of(change.to()).equals(master));
    }

    /** Notes what is going to be registered, before it is. Former nodes are noted as long as they are registered. */
    void claim(Watched watched, RegistryView view) {
        @Nullable Registered before = entries.get(watched.name());
        Set<EndpointId> nodes = new HashSet<>();
        watched.spec().nodes().forEach(node -> nodes.add(Watched.id(node)));
        if (before != null) {
            before.nodes().stream()
                    .filter(node ->
                            isRegistered(view, before.master(), node) || isRegistered(view, before.replicas(), node))
                    .forEach(nodes::add);
        }
        Registered after = new Registered(
                watched.master(),
                watched.replicas(),
                nodes,
                Optional.ofNullable(before).flatMap(Registered::lastSwitch));
        if (!after.equals(before)) {
            put(watched.name(), after);
        }
    }

    private static boolean isRegistered(RegistryView view, ServiceName service, EndpointId node) {
        return view.service(service)
                .filter(one -> one.endpoints().containsKey(node))
                .isPresent();
    }

    /** Notes how a master became it. */
    void switched(String manifest, PastSwitch change) {
        @Nullable Registered before = entries.get(manifest);
        if (before != null) {
            put(manifest, before.switched(change));
        }
    }

    /** Nothing is registered any more. */
    void forget(String manifest) {
        if (entries.containsKey(manifest)) {
            commit(new Operation.Delete(PREFIX + manifest));
            entries.remove(manifest);
        }
    }

    private void put(String manifest, Registered registered) {
        commit(new Operation.Put(PREFIX + manifest, RegisteredCodec.encode(registered)));
        entries.put(manifest, registered);
    }

    private void commit(Operation operation) {
        try {
            var _ = store.commit(new Transaction(List.of(), List.of(operation))).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
