package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.store.Commit;
import io.chancery.store.Operation;
import io.chancery.store.StoreView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** Turns what the store holds into views: pure functions from a view and a commit to the next view. */
final class LiveView {

    private LiveView() {}

    /** A view, and what differs in it from the view before. */
    record Step(RegistryView view, Set<ServiceName> changed, List<EndpointChange> endpoints) {}

    /** An endpoint before and after a commit, null where it is not there. */
    record EndpointChange(
            ServiceName service,
            @Nullable RegisteredEndpoint before,
            @Nullable RegisteredEndpoint after) {}

    /** One entry of the store, read. */
    private sealed interface Read {

        ServiceName service();

        Revision modified();

        record OfEndpoint(ServiceName service, Revision modified, Endpoint endpoint) implements Read {}

        record OfHealth(ServiceName service, Revision modified, EndpointId id, EndpointHealth health) implements Read {}

        record OfService(ServiceName service, Revision modified) implements Read {}

        static Read of(StoreView.Entry entry) {
            return switch (Keys.parse(entry.key())) {
                case Keys.Subject.OfEndpoint(ServiceName service, EndpointId id) ->
                    new OfEndpoint(service, entry.modified(), EndpointCodec.decode(entry.key(), id, entry.value()));
                case Keys.Subject.OfHealth(ServiceName service, EndpointId id) ->
                    new OfHealth(service, entry.modified(), id, HealthCodec.decode(entry.key(), entry.value()));
                case Keys.Subject.OfService(ServiceName service) -> new OfService(service, entry.modified());
            };
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
            switch (entry) {
                case Read.OfEndpoint(ServiceName name, Revision modified, Endpoint endpoint) -> {
                    endpoints
                            .computeIfAbsent(name, _ -> new TreeMap<>())
                            .put(endpoint.id(), new RegisteredEndpoint(endpoint, modified));
                    count++;
                }
                case Read.OfHealth(ServiceName name, Revision modified, EndpointId id, EndpointHealth health) ->
                    endpoints
                            .getOrDefault(name, new TreeMap<>())
                            .computeIfPresent(
                                    id,
                                    (_, known) -> new RegisteredEndpoint(
                                            known.endpoint(), known.revision(), health, modified));
                case Read.OfService(ServiceName name, Revision _) -> declared.add(name);
            }
            revisions.merge(entry.service(), entry.modified(), (a, b) -> a.compareTo(b) > 0 ? a : b);
        }
        TreeMap<ServiceName, ServiceView> services = new TreeMap<>();
        revisions.forEach((name, revision) -> {
            TreeMap<EndpointId, RegisteredEndpoint> own = endpoints.getOrDefault(name, new TreeMap<>());
            ServiceView service = new ServiceView(name, revision, declared.contains(name), TreePMap.fromSortedMap(own));
            if (service.exists()) {
                services.put(name, service);
            }
        });
        return new RegistryView(stored.revision(), count, TreePMap.fromSortedMap(services));
    }

    /** Applies a commit; operations on keys of other modules are passed over. */
    static Step after(RegistryView view, Commit commit) {
        Map<ServiceName, ServiceView> touched = new HashMap<>();
        List<EndpointChange> changes = new ArrayList<>(commit.operations().size());
        long count = view.endpointCount();
        for (Operation operation : commit.operations()) {
            if (operation.key().startsWith(Keys.PREFIX)) {
                Keys.Subject subject = Keys.parse(operation.key());
                ServiceName name = subject.service();
                ServiceView before = touched.computeIfAbsent(name, view::serviceOrEmpty);
                ServiceView after = after(before, subject, operation, commit.revision());
                count += after.endpoints().size() - before.endpoints().size();
                touched.put(name, after);
                change(subject, before, after).ifPresent(changes::add);
            }
        }
        if (touched.isEmpty()) {
            return new Step(new RegistryView(commit.revision(), count, view.services()), Set.of(), List.of());
        }
        TreePMap<ServiceName, ServiceView> services = view.services();
        for (ServiceView service : touched.values()) {
            services = service.exists() ? services.plus(service.name(), service) : services.minus(service.name());
        }
        return new Step(new RegistryView(commit.revision(), count, services), touched.keySet(), changes);
    }

    private static Optional<EndpointChange> change(Keys.Subject subject, ServiceView before, ServiceView after) {
        EndpointId id;
        switch (subject) {
            case Keys.Subject.OfEndpoint(ServiceName _, EndpointId endpoint) -> id = endpoint;
            case Keys.Subject.OfHealth(ServiceName _, EndpointId endpoint) -> id = endpoint;
            case Keys.Subject.OfService _ -> {
                return Optional.empty();
            }
        }
        @Nullable RegisteredEndpoint old = before.endpoints().get(id);
        @Nullable RegisteredEndpoint now = after.endpoints().get(id);
        return Objects.equals(old, now) ? Optional.empty() : Optional.of(new EndpointChange(after.name(), old, now));
    }

    private static ServiceView after(
            ServiceView service, Keys.Subject subject, Operation operation, Revision revision) {
        return switch (subject) {
            case Keys.Subject.OfService(ServiceName name) ->
                new ServiceView(name, revision, operation instanceof Operation.Put, service.endpoints());
            case Keys.Subject.OfEndpoint(ServiceName _, EndpointId id) ->
                with(
                        service,
                        revision,
                        switch (operation) {
                            case Operation.Put(String key, byte[] value) ->
                                service.endpoints()
                                        .plus(id, rewritten(service, EndpointCodec.decode(key, id, value), revision));
                            case Operation.Delete(String _) ->
                                service.endpoints().minus(id);
                        });
            case Keys.Subject.OfHealth(ServiceName _, EndpointId id) -> {
                @Nullable RegisteredEndpoint known = service.endpoints().get(id);
                if (known == null) {
                    yield service;
                }
                EndpointHealth health = switch (operation) {
                    case Operation.Put(String key, byte[] value) -> HealthCodec.decode(key, value);
                    case Operation.Delete(String _) -> EndpointHealth.NOTHING;
                };
                Revision judged = operation instanceof Operation.Put ? revision : Revision.ZERO;
                yield with(
                        service,
                        revision,
                        service.endpoints()
                                .plus(id, new RegisteredEndpoint(known.endpoint(), known.revision(), health, judged)));
            }
        };
    }

    private static ServiceView with(
            ServiceView service, Revision revision, TreePMap<EndpointId, RegisteredEndpoint> endpoints) {
        return new ServiceView(service.name(), revision, service.declared(), endpoints);
    }

    /** What is known of an endpoint's health outlives what its registrant says anew. */
    private static RegisteredEndpoint rewritten(ServiceView service, Endpoint endpoint, Revision revision) {
        @Nullable RegisteredEndpoint before = service.endpoints().get(endpoint.id());
        return before == null
                ? new RegisteredEndpoint(endpoint, revision)
                : new RegisteredEndpoint(endpoint, revision, before.health(), before.judged());
    }
}
