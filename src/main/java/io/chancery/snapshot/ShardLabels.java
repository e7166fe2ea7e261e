package io.chancery.snapshot;

import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.Verdict;
import io.chancery.registry.RegisteredEndpoint;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The labels of the shards that endpoints are in.
 *
 * @param byHost by endpoint
 * @param whenDown what becomes of requests to a shard that is down
 */
record ShardLabels(Map<EndpointId, Set<String>> byHost, ShuffleShard.WholeShard whenDown) {

    /** Those of a service without shards. */
    static final ShardLabels NONE = new ShardLabels(Map.of(), ShuffleShard.WholeShard.FAIL);

    boolean isNone() {
        return byHost.isEmpty();
    }

    /**
     * What each endpoint is labelled with. Envoy falls back to other endpoints only from a shard that nobody is in: so nobody is
     * in one of which every endpoint is known to be unhealthy.
     */
    Map<EndpointId, List<String>> of(Collection<RegisteredEndpoint> endpoints) {
        Set<String> usable = new HashSet<>();
        for (RegisteredEndpoint one : endpoints) {
            if (isUsable(one)) {
                usable.addAll(byHost.getOrDefault(one.endpoint().id(), Set.of()));
            }
        }
        Map<EndpointId, List<String>> labels = new java.util.HashMap<>();
        byHost.forEach((host, all) -> labels.put(
                host,
                switch (whenDown) {
                    case FAIL -> List.copyOf(all);
                    case FALLBACK -> all.stream().filter(usable::contains).toList();
                }));
        return labels;
    }

    private static boolean isUsable(RegisteredEndpoint one) {
        return one.endpoint().state() == EndpointState.ACTIVE && one.health().effective() != Verdict.UNHEALTHY;
    }
}
