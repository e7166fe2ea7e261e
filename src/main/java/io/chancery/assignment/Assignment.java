package io.chancery.assignment;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.ServiceView;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The shards of one service at one time. Never changes once handed out.
 *
 * @param declared the manifest that declares the policy
 * @param service the service's endpoints; none while nothing is registered
 * @param hosts those that shards can be made of
 */
public record Assignment(DeclaredManifest declared, ServiceView service, List<ShardHost> hosts, Sharding sharding) {

    public Assignment {
        hosts = List.copyOf(hosts);
    }

    /** The hosts that the shards of a service can be made of. */
    public static List<ShardHost> hosts(ServiceView service) {
        return ShardHost.of(service.endpoints().values().stream()
                .map(RegisteredEndpoint::endpoint)
                .toList());
    }

    /** What the manifest says. */
    public ShuffleShard policy() {
        return sharding.policy();
    }

    /** An endpoint of the service. */
    public Optional<RegisteredEndpoint> endpoint(EndpointId id) {
        return Optional.ofNullable(service.endpoints().get(id));
    }

    /** The same policy over other hosts. */
    public Sharding over(Collection<ShardHost> others) {
        return Sharding.of(policy(), others);
    }
}
