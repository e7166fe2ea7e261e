package io.chancery.sharding;

import java.util.List;

/**
 * One of the plans by which a service's customers are served.
 *
 * @param weight the share of the customers that are served by it
 */
record WeightedPlan(ShardPlan plan, double weight) {

    /** The plans of a service; the weights are 1 together. */
    static List<WeightedPlan> of(Sharding sharding) {
        double moved = (double) sharding.share() / Sharding.WHOLE;
        return sharding.next()
                .filter(_ -> moved > 0)
                .map(next -> List.of(new WeightedPlan(sharding.current(), 1 - moved), new WeightedPlan(next, moved)))
                .orElseGet(() -> List.of(new WeightedPlan(sharding.current(), 1)));
    }
}
