package io.chancery.snapshot;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shards of services that have any, and those that some node may still go by: what a route names stays in the metadata of
 * endpoints for a while after no route is to name it any longer. Used by the compiler's thread.
 */
final class ShardedServices {

    /** Longer than a node takes that answers at all; the order of sending sees to those that are slower. */
    static final Duration LINGER = Duration.ofSeconds(30);

    /** Policies of one service that are kept for those who are late. */
    private static final int MOST_FORMER = 8;

    private final Map<ServiceName, Sharded> services = new HashMap<>();

    /** A policy that was in force, until some moment of the clock that counts nanoseconds. */
    private record Former(ShuffleShard policy, long until) {}

    private record Sharded(
            Optional<Sharding> sharding, List<ShardHost> hosts, List<Former> former, ShardLabels labels) {

        private static final Sharded NOTHING = new Sharded(Optional.empty(), List.of(), List.of(), ShardLabels.NONE);

        boolean isNothing() {
            return sharding.isEmpty() && former.isEmpty();
        }
    }

    /** What a service's manifest says of its shards. */
    static Optional<ShuffleShard> policy(String service, ManifestView manifests) {
        return ServiceName.ifValid(service)
                .flatMap(name -> manifests.manifest(new ManifestKey(ManifestKind.SHUFFLE_SHARD, name.value())))
                .map(declared -> declared.manifest().spec())
                .map(ShuffleShard.class::cast);
    }

    /** The endpoints that a service's shards are made of. */
    static List<ShardHost> hosts(ServiceName service, RegistryView registry) {
        return registry.service(service)
                .map(ServiceView::endpoints)
                .map(endpoints -> ShardHost.of(endpoints.values().stream()
                        .map(RegisteredEndpoint::endpoint)
                        .toList()))
                .orElse(List.of());
    }

    /** Takes in what changed, and returns the services of which the shards are different. */
    Set<ServiceName> update(Sources sources, Sources.Changes changes, long now) {
        Set<ServiceName> candidates = new HashSet<>(changes.services());
        candidates.retainAll(services.keySet());
        for (ManifestKey key : changes.manifests()) {
            if (key.kind() == ManifestKind.SHUFFLE_SHARD) {
                candidates.add(new ServiceName(key.name()));
            }
        }
        services.forEach((name, sharded) -> {
            if (sharded.former().stream().anyMatch(one -> one.until() <= now)) {
                candidates.add(name);
            }
        });
        Set<ServiceName> changed = new HashSet<>();
        for (ServiceName name : candidates) {
            Sharded before = services.getOrDefault(name, Sharded.NOTHING);
            Sharded after =
                    next(before, policy(name.value(), sources.manifests()), hosts(name, sources.registry()), now);
            if (after.isNothing()) {
                services.remove(name);
            } else {
                services.put(name, after);
            }
            if (!after.equals(before)) {
                changed.add(name);
            }
        }
        return changed;
    }

    /** What is as before stays the same object, as it costs something to make. */
    private static Sharded next(Sharded before, Optional<ShuffleShard> policy, List<ShardHost> hosts, long now) {
        boolean isSame = before.sharding().map(Sharding::policy).equals(policy);
        List<Former> former = new ArrayList<>(before.former());
        if (!isSame) {
            before.sharding().ifPresent(one -> former.add(new Former(one.policy(), now + LINGER.toNanos())));
        }
        former.removeIf(one -> one.until() <= now || Optional.of(one.policy()).equals(policy));
        if (former.size() > MOST_FORMER) {
            former.removeFirst();
        }
        boolean sameHosts = before.hosts().equals(hosts);
        if (isSame && sameHosts && former.equals(before.former())) {
            return before;
        }
        Optional<Sharding> sharding =
                isSame && sameHosts ? before.sharding() : policy.map(one -> Sharding.of(one, hosts));
        return new Sharded(sharding, hosts, List.copyOf(former), labels(sharding, former, hosts));
    }

    private static ShardLabels labels(Optional<Sharding> sharding, List<Former> former, List<ShardHost> hosts) {
        List<Sharding> all = new ArrayList<>(sharding.stream().toList());
        former.forEach(one -> all.add(Sharding.of(one.policy(), hosts)));
        Map<EndpointId, Set<String>> labels = Sharding.labels(all);
        return new ShardLabels(
                labels, sharding.map(one -> one.policy().whenDown()).orElse(ShuffleShard.WholeShard.FALLBACK));
    }

    /** The shards of a service that has any. */
    Optional<Sharding> sharding(String service) {
        return ServiceName.ifValid(service).map(services::get).flatMap(Sharded::sharding);
    }

    /** What stands in the metadata of a service's endpoints. */
    ShardLabels labels(ServiceName service) {
        @Nullable Sharded sharded = services.get(service);
        return sharded == null ? ShardLabels.NONE : sharded.labels();
    }

    /** When something ends that lingers. */
    OptionalLong due() {
        return services.values().stream()
                .flatMap(sharded -> sharded.former().stream())
                .mapToLong(Former::until)
                .min();
    }
}
