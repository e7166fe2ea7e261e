package io.chancery.sharding;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import java.util.Collection;
import java.util.List;

/**
 * An endpoint that shards may have.
 *
 * @param weight its share relative to the others, 1 and more
 * @param zone where it runs; empty if that is not known
 */
public record ShardHost(EndpointId id, int weight, String zone) implements Comparable<ShardHost> {

    public ShardHost {
        if (weight < 1) {
            throw new InvalidValueException("weight", "must be 1 or more, was " + weight);
        }
    }

    /**
     * Returns the hosts that a service's shards are made of: its active endpoints of the priority that is used first. One that
     * drains takes no part, and the other priorities are there for when none of the first is left. Health does not count:
     * an endpoint that is down for a while is passed over within its shards, and nobody's shard moves.
     *
     * @param endpoints all of the service
     */
    public static List<ShardHost> of(Collection<Endpoint> endpoints) {
        int first = endpoints.stream()
                .filter(ShardHost::isActive)
                .mapToInt(Endpoint::priority)
                .min()
                .orElse(0);
        return endpoints.stream()
                .filter(endpoint -> isActive(endpoint) && endpoint.priority() == first)
                .map(ShardHost::of)
                .sorted()
                .toList();
    }

    private static ShardHost of(Endpoint endpoint) {
        return new ShardHost(endpoint.id(), endpoint.weight(), zone(endpoint.locality()));
    }

    private static boolean isActive(Endpoint endpoint) {
        return endpoint.state() == EndpointState.ACTIVE;
    }

    /** With its region, as two regions may call their zones alike. */
    private static String zone(Locality locality) {
        return locality.zone().isEmpty() ? locality.region() : locality.region() + ' ' + locality.zone();
    }

    @Override
    public int compareTo(ShardHost other) {
        return id.compareTo(other.id);
    }
}
