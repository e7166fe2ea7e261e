package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.MasterReads;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.model.Departure;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.IpAddress;
import io.chancery.model.Locality;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistrationRequest;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to change in the registry so that it says who the master is and who is read from. Pure functions. */
final class Roster {

    /**
     * How long a former master stays, taking no new connections: Envoy closes those that it has once its own check of
     * that host fails, and checks it no longer once it is removed.
     */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final Watched watched;
    private final RegistryView view;
    private final List<RegistrationRequest> wishes = new ArrayList<>();

    private Roster(Watched watched, RegistryView view) {
        this.watched = watched;
        this.view = view;
    }

    /**
     * The node that is registered as the master; empty if none is, or none of the manifest's.
     *
     * @param view the registry's
     */
    static Optional<HostName> master(Watched watched, RegistryView view) {
        Set<EndpointId> active = new HashSet<>();
        for (RegisteredEndpoint one : endpoints(view, watched.master())) {
            if (one.endpoint().state() == EndpointState.ACTIVE) {
                active.add(one.endpoint().id());
            }
        }
        return watched.spec().nodes().stream()
                .filter(node -> active.contains(Watched.id(node)))
                .findFirst();
    }

    /**
     * All that is to change at once; empty if all is as it should be.
     *
     * @param master the node that is taken for the master; while there is none, what is registered as one stays
     * @param now from which on a former master has its time to leave
     */
    static List<RegistrationRequest> changes(
            Watched watched, MasterState state, Optional<HostName> master, RegistryView view, Instant now) {
        Roster roster = new Roster(watched, view);
        master.map(state::node).ifPresent(node -> roster.appoint(node, now));
        roster.read(state, master);
        return roster.wishes;
    }

    /** What takes away all that is registered, where the manifest is gone. */
    static List<RegistrationRequest> removal(Watched watched, RegistryView view) {
        Roster roster = new Roster(watched, view);
        for (ServiceName service : List.of(watched.master(), watched.replicas())) {
            endpoints(view, service)
                    .forEach(one -> roster.wishes.add(new RegistrationRequest.Deregister(
                            service, one.endpoint().id())));
        }
        return roster.wishes;
    }

    /**
     * What takes away what was registered for a manifest that is gone or is about other services now, and nothing that
     * somebody else registered there.
     *
     * @param services of its two those that nobody else is to be
     */
    static List<RegistrationRequest> removal(Registered registered, Set<ServiceName> services, RegistryView view) {
        List<RegistrationRequest> wishes = new ArrayList<>();
        for (ServiceName service : services) {
            for (RegisteredEndpoint one : endpoints(view, service)) {
                if (registered.nodes().contains(one.endpoint().id()) && isOwn(one.endpoint())) {
                    wishes.add(new RegistrationRequest.Deregister(
                            service, one.endpoint().id()));
                }
            }
        }
        return wishes;
    }

    /** Whether it says no more than what is registered here ever does. */
    private static boolean isOwn(Endpoint endpoint) {
        return endpoint.in(EndpointState.ACTIVE)
                .equals(endpoint(endpoint.id(), endpoint.target(), endpoint.priority()));
    }

    private void appoint(RoleView master, Instant now) {
        ServiceName service = watched.master();
        EndpointId id = Watched.id(master.node());
        target(master).ifPresent(target -> want(service, endpoint(id, target, 0)));
        if (registered(service, id) == null && target(master).isEmpty()) {
            return;
        }
        for (RegisteredEndpoint other : endpoints(view, service)) {
            Endpoint endpoint = other.endpoint();
            if (!endpoint.id().equals(id) && endpoint.departure().isEmpty()) {
                wishes.add(new RegistrationRequest.Register(
                        service, endpoint.leaving(new Departure(GRACE, now.plus(GRACE)))));
            }
        }
    }

    private void read(MasterState state, Optional<HostName> master) {
        ServiceName service = watched.replicas();
        Set<EndpointId> known = new HashSet<>();
        for (RoleView node : state.nodes()) {
            EndpointId id = Watched.id(node.node());
            known.add(id);
            if (isReadFrom(node, master)) {
                int priority = isMaster(node, master) && watched.spec().readsFromMaster() == MasterReads.LAST ? 1 : 0;
                target(node).ifPresent(target -> want(service, endpoint(id, target, priority)));
            } else if (node.told() == Role.MASTER || isMaster(node, master)) {
                remove(service, id);
            }
        }
        for (RegisteredEndpoint one : endpoints(view, service)) {
            if (!known.contains(one.endpoint().id())) {
                remove(service, one.endpoint().id());
            }
        }
    }

    private boolean isReadFrom(RoleView node, Optional<HostName> master) {
        return isMaster(node, master)
                ? watched.spec().readsFromMaster() != MasterReads.NEVER
                : node.told() == Role.REPLICA;
    }

    private static boolean isMaster(RoleView node, Optional<HostName> master) {
        return master.equals(Optional.of(node.node()));
    }

    /** Where Envoys find a node: its own address, or the one that it is announced by; a name is for the cluster to say. */
    private Optional<HostPort> target(RoleView view) {
        RedisMaster spec = watched.spec();
        HostName announced = spec.announced(view.node());
        Optional<IpAddress> address =
                spec.announce().isEmpty() || spec.announcesNames() ? view.address() : RedisMaster.address(announced);
        int port = spec.announcesNames() ? view.node().port() : announced.port();
        return address.map(found -> new HostPort(found, port));
    }

    private static Endpoint endpoint(EndpointId id, HostPort target, int priority) {
        return new Endpoint(id, target, 1, Locality.UNKNOWN, priority, Map.of(), EndpointState.ACTIVE);
    }

    private void want(ServiceName service, Endpoint endpoint) {
        @Nullable RegisteredEndpoint existing = registered(service, endpoint.id());
        if (existing == null || !existing.endpoint().equals(endpoint)) {
            wishes.add(new RegistrationRequest.Register(service, endpoint));
        }
    }

    private void remove(ServiceName service, EndpointId id) {
        if (registered(service, id) != null) {
            wishes.add(new RegistrationRequest.Deregister(service, id));
        }
    }

    private @Nullable RegisteredEndpoint registered(ServiceName service, EndpointId id) {
        return view.service(service)
                .map(ServiceView::endpoints)
                .map(all -> all.get(id))
                .orElse(null);
    }

    private static Collection<RegisteredEndpoint> endpoints(RegistryView view, ServiceName service) {
        return view.service(service)
                .<Collection<RegisteredEndpoint>>map(one -> one.endpoints().values())
                .orElse(List.of());
    }
}
