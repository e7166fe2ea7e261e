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
     * The endpoints of a service that its shards are made of: those that take new requests, as far as they are used first. An
     * endpoint without a zone counts for its region.
     */
    public static List<ShardHost> of(Collection<Endpoint> endpoints) {
        List<Endpoint> active = endpoints.stream()
                .filter(endpoint -> endpoint.state() == EndpointState.ACTIVE)
                .toList();
        int first = active.stream().mapToInt(Endpoint::priority).min().orElse(0);
        return active.stream()
                .filter(endpoint -> endpoint.priority() == first)
                .map(endpoint -> new ShardHost(endpoint.id(), endpoint.weight(), zone(endpoint.locality())))
                .sorted()
                .toList();
    }

    private static String zone(Locality locality) {
        return locality.zone().isEmpty() ? locality.region() : locality.region() + '/' + locality.zone();
    }

    @Override
    public int compareTo(ShardHost other) {
        return id.compareTo(other.id);
    }
}
