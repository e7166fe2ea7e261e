package io.chancery.sharding;

import io.chancery.model.EndpointId;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * How customers are divided among endpoints, and among the sets of endpoints that shards are. Customers of whom nothing is said
 * are counted by their virtual shards, each of which has the same share of them; while a change goes to some customers first, a
 * virtual shard counts for its endpoints before and after, by the shares of the customers.
 *
 * @param hosts every endpoint that shards are made of, by its id
 * @param possible how many different sets there can be of the usual size
 */
public record Distribution(NavigableMap<EndpointId, Load> hosts, Sets sets, BigInteger possible) {

    /**
     * What an endpoint works for.
     *
     * @param virtualShards how many virtual shards of the usual size
     * @param customers how many known customers
     * @param fairShare how many virtual shards there would be for it by its weight
     */
    public record Load(double virtualShards, int customers, double fairShare) {

        private Load plus(Load other) {
            return new Load(
                    virtualShards + other.virtualShards, customers + other.customers, fairShare + other.fairShare);
        }
    }

    /**
     * The sets of endpoints that shards are.
     *
     * @param distinct how many different ones the virtual shards are
     * @param virtualShards virtual shards that are the same set
     * @param customers known customers that have the same set
     */
    public record Sets(int distinct, Spread virtualShards, Spread customers) {}

    /** The least, the greatest, and the mean of some numbers; all 0 where there are none. */
    public record Spread(double min, double max, double mean) {

        /** Of these numbers. */
        public static Spread of(Collection<? extends Number> numbers) {
            double[] values =
                    numbers.stream().mapToDouble(Number::doubleValue).sorted().toArray();
            return values.length == 0
                    ? new Spread(0, 0, 0)
                    : new Spread(
                            values[0],
                            values[values.length - 1],
                            Arrays.stream(values).average().orElse(0));
        }
    }

    public Distribution {
        hosts = Collections.unmodifiableNavigableMap(new TreeMap<>(hosts));
    }

    /** Counts how a service's customers are divided. */
    public static Distribution of(Sharding sharding) {
        return of(sharding, sharding.policy().customers().keySet());
    }

    /** Counts the virtual shards only, which takes as long however many customers are known. */
    public static Distribution ofVirtualShards(Sharding sharding) {
        return of(sharding, List.of());
    }

    private static Distribution of(Sharding sharding, Collection<String> known) {
        NavigableMap<EndpointId, Load> hosts = new TreeMap<>();
        Map<Set<EndpointId>, Double> sets = new HashMap<>();
        for (WeightedPlan part : WeightedPlan.of(sharding)) {
            part.plan().fairShares().forEach((host, share) -> add(hosts, host, new Load(0, 0, share * part.weight())));
            for (List<EndpointId> shard : part.plan().virtualShards()) {
                shard.forEach(host -> add(hosts, host, new Load(part.weight(), 0, 0)));
                sets.merge(new HashSet<>(shard), part.weight(), Double::sum);
            }
        }
        Map<Set<EndpointId>, Integer> customers = new HashMap<>();
        for (String customer : known) {
            List<EndpointId> shard = sharding.shardOf(customer).hosts();
            shard.forEach(host -> add(hosts, host, new Load(0, 1, 0)));
            customers.merge(new HashSet<>(shard), 1, Integer::sum);
        }
        ShardPlan current = sharding.current();
        return new Distribution(
                hosts,
                new Sets(sets.size(), Spread.of(sets.values()), Spread.of(customers.values())),
                Odds.shards(current.total(), current.policy().size()));
    }

    private static void add(Map<EndpointId, Load> hosts, EndpointId host, Load load) {
        hosts.merge(host, load, Load::plus);
    }

    /** Virtual shards per endpoint. */
    public Spread virtualShardsPerHost() {
        return Spread.of(hosts.values().stream().map(Load::virtualShards).toList());
    }

    /** Known customers per endpoint. */
    public Spread customersPerHost() {
        return Spread.of(hosts.values().stream().map(Load::customers).toList());
    }

    /** How much more than its fair share the endpoint has that has the most of it: 1 where all have theirs. */
    public double imbalance() {
        return hosts.values().stream()
                .filter(load -> load.fairShare() > 0)
                .mapToDouble(load -> load.virtualShards() / load.fairShare())
                .max()
                .orElse(1);
    }
}
