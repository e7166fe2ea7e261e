package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.store.Commit;
import io.chancery.store.Operation;
import io.chancery.store.StoreView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/** Turns what the store holds into views: pure functions from a view and a commit to the next view. */
final class LiveView {

    private LiveView() {}

    /** A view, and which services differ in it from the view before. */
    record Step(RegistryView view, Set<ServiceName> changed) {}

    /** One entry of the store, read. */
    private record Read(Keys.Subject subject, Revision modified, Optional<Endpoint> endpoint) {

        static Read of(StoreView.Entry entry) {
            Keys.Subject subject = Keys.parse(entry.key());
            return new Read(
                    subject,
                    entry.modified(),
                    switch (subject) {
                        case Keys.Subject.OfEndpoint(ServiceName _, EndpointId id) ->
                            Optional.of(EndpointCodec.decode(entry.key(), id, entry.value()));
                        case Keys.Subject.OfService _ -> Optional.empty();
                    });
        }
    }

    /** Builds the view of a whole store. Reading the entries is most of a start's work, and done by all processors. */
    static RegistryView of(StoreView stored) {
        List<Read> entries = stored.entries().parallelStream().map(Read::of).toList();
        Map<ServiceName, TreeMap<EndpointId, RegisteredEndpoint>> endpoints = new HashMap<>();
        Map<ServiceName, Revision> revisions = new HashMap<>();
        Set<ServiceName> declared = new HashSet<>();
        long count = 0;
        for (Read entry : entries) {
            ServiceName service = switch (entry.subject()) {
                case Keys.Subject.OfEndpoint(ServiceName name, EndpointId id) -> {
                    endpoints
                            .computeIfAbsent(name, _ -> new TreeMap<>())
                            .put(id, new RegisteredEndpoint(entry.endpoint().orElseThrow(), entry.modified()));
                    count++;
                    yield name;
                }
                case Keys.Subject.OfService(ServiceName name) -> {
                    declared.add(name);
                    yield name;
                }
            };
            revisions.merge(service, entry.modified(), (a, b) -> a.compareTo(b) > 0 ? a : b);
        }
        TreeMap<ServiceName, ServiceView> services = new TreeMap<>();
        revisions.forEach((name, revision) -> {
            TreeMap<EndpointId, RegisteredEndpoint> own = endpoints.getOrDefault(name, new TreeMap<>());
            services.put(name, new ServiceView(name, revision, declared.contains(name), TreePMap.fromSortedMap(own)));
        });
        return new RegistryView(stored.revision(), count, TreePMap.fromSortedMap(services));
    }

    /** Applies a commit; operations on keys of other modules are passed over. */
    static Step after(RegistryView view, Commit commit) {
        Map<ServiceName, ServiceView> touched = new HashMap<>();
        long count = view.endpointCount();
        for (Operation operation : commit.operations()) {
            if (operation.key().startsWith(Keys.PREFIX)) {
                Keys.Subject subject = Keys.parse(operation.key());
                ServiceName name = switch (subject) {
                    case Keys.Subject.OfEndpoint(ServiceName service, EndpointId _) -> service;
                    case Keys.Subject.OfService(ServiceName service) -> service;
                };
                ServiceView before = touched.computeIfAbsent(name, view::serviceOrEmpty);
                ServiceView after = after(before, subject, operation, commit.revision());
                count += after.endpoints().size() - before.endpoints().size();
                touched.put(name, after);
            }
        }
        if (touched.isEmpty()) {
            return new Step(new RegistryView(commit.revision(), count, view.services()), Set.of());
        }
        TreePMap<ServiceName, ServiceView> services = view.services();
        for (ServiceView service : touched.values()) {
            services = service.exists() ? services.plus(service.name(), service) : services.minus(service.name());
        }
        return new Step(new RegistryView(commit.revision(), count, services), touched.keySet());
    }

    private static ServiceView after(
            ServiceView service, Keys.Subject subject, Operation operation, Revision revision) {
        return switch (subject) {
            case Keys.Subject.OfService(ServiceName name) ->
                new ServiceView(name, revision, operation instanceof Operation.Put, service.endpoints());
            case Keys.Subject.OfEndpoint(ServiceName name, EndpointId id) ->
                new ServiceView(
                        name,
                        revision,
                        service.declared(),
                        switch (operation) {
                            case Operation.Put(String key, byte[] value) ->
                                service.endpoints()
                                        .plus(
                                                id,
                                                new RegisteredEndpoint(EndpointCodec.decode(key, id, value), revision));
                            case Operation.Delete(String _) ->
                                service.endpoints().minus(id);
                        });
        };
    }
}
