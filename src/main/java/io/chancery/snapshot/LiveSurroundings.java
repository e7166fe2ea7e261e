package io.chancery.snapshot;

import io.chancery.model.EndpointState;
import io.chancery.model.NodeShare;
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

/**
 * What is known of services in a view of the registry.
 *
 * @param shardings the shards of those that have any, by name
 */
record LiveSurroundings(RegistryView view, Function<String, Optional<Sharding>> shardings) implements Surroundings {

    @Override
    public Optional<Sharding> sharding(String service) {
        return shardings.apply(service);
    }

    /** The same on nodes to which changes of shards have come that go to some nodes first. */
    LiveSurroundings on(Set<NodeShare> shares) {
        return new LiveSurroundings(
                view,
                service -> shardings
                        .apply(service)
                        .map(one -> one.nodeShare().filter(shares::contains).isPresent() ? one.onThoseNodes() : one));
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
