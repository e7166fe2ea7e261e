package io.chancery.snapshot;

import io.chancery.model.EndpointState;
import io.chancery.model.EnvoySince;
import io.chancery.model.NodeTrait;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import io.chancery.sharding.Sharding;
import io.chancery.snapshot.compile.Surroundings;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is known of services in a view of the registry.
 *
 * @param shardings the shards of those that have any, by name
 * @param traits what the nodes have that it is about
 */
record LiveSurroundings(RegistryView view, Function<String, Optional<Sharding>> shardings, Set<NodeTrait> traits)
        implements Surroundings {

    @Override
    public Optional<Sharding> sharding(String service) {
        return shardings.apply(service).map(one -> one.on(traits));
    }

    /** What the shards of services are different by on some nodes. */
    Stream<NodeTrait> differences(Collection<String> services) {
        return services.stream()
                .sorted()
                .flatMap(service -> shardings.apply(service).stream())
                .flatMap(Sharding::differences);
    }

    /** The version of Envoy that the nodes have at least, where it matters. */
    Optional<EnvoySince> since() {
        return traits.stream()
                .flatMap(trait -> trait instanceof EnvoySince since ? Stream.of(since) : Stream.empty())
                .findFirst();
    }

    /** The same on nodes that have these. */
    LiveSurroundings on(Set<NodeTrait> some) {
        return new LiveSurroundings(view, shardings, some);
    }

    @Override
    public List<String> members(String service) {
        return ServiceName.ifValid(service)
                .flatMap(view::service)
                .map(ServiceView::endpoints)
                .map(endpoints -> first(endpoints.values()))
                .orElse(List.of());
    }

    private static List<String> first(Collection<RegisteredEndpoint> endpoints) {
        List<RegisteredEndpoint> active = endpoints.stream()
                .filter(one -> one.endpoint().state() == EndpointState.ACTIVE)
                .toList();
        int priority =
                active.stream().mapToInt(one -> one.endpoint().priority()).min().orElse(0);
        return active.stream()
                .filter(one -> one.endpoint().priority() == priority)
                .map(one -> one.endpoint().id().value())
                .toList();
    }
}
