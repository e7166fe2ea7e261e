package io.chancery.snapshot;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
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
import java.util.stream.Stream;
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

    /** Shards that were in force, until some moment of the clock that counts nanoseconds. */
    private record Former(Sharding sharding, long until) {}

    private record Sharded(
            Optional<Sharding> sharding, List<ShardHost> hosts, List<Former> former, ShardLabels labels) {

        private static final Sharded NOTHING = new Sharded(Optional.empty(), List.of(), List.of(), ShardLabels.NONE);

        boolean isNothing() {
            return sharding.isEmpty() && former.isEmpty();
        }

        List<Sharding> known() {
            return Stream.concat(sharding.stream(), former.stream().map(Former::sharding))
                    .toList();
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
        boolean isSame = before.sharding().map(Sharding::policy).equals(policy)
                && before.hosts().equals(hosts);
        boolean isOver = before.former().stream().anyMatch(one -> one.until() <= now);
        if (isSame && !isOver) {
            return before;
        }
        Optional<Sharding> sharding =
                isSame ? before.sharding() : policy.map(one -> Sharding.of(one, hosts, before.known()));
        List<Former> former = former(before, sharding, hosts, now);
        List<Sharding> all = new ArrayList<>(sharding.stream().toList());
        former.forEach(one -> all.add(one.sharding()));
        ShardLabels labels = new ShardLabels(
                Sharding.labels(all),
                sharding.map(one -> one.policy().whenDown()).orElse(ShuffleShard.WholeShard.FALLBACK));
        return new Sharded(sharding, hosts, former, labels);
    }

    /** What lingers: what was in force, with the endpoints of now, unless the shards of now have all of it. */
    private static List<Former> former(Sharded before, Optional<Sharding> sharding, List<ShardHost> hosts, long now) {
        List<Former> all = new ArrayList<>(before.former());
        before.sharding().ifPresent(one -> all.add(new Former(one, now + LINGER.toNanos())));
        List<Former> former = all.stream()
                .filter(one -> one.until() > now
                        && sharding.filter(next -> next.covers(one.sharding())).isEmpty())
                .map(one -> new Former(Sharding.of(one.sharding().policy(), hosts, before.known()), one.until()))
                .toList();
        return former.subList(Math.max(0, former.size() - MOST_FORMER), former.size());
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
