package io.chancery.sharding;

import io.chancery.model.EndpointId;
import io.chancery.model.InvalidValueException;

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

    @Override
    public int compareTo(ShardHost other) {
        return id.compareTo(other.id);
    }
}
