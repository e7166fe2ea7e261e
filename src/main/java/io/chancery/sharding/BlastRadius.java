package io.chancery.sharding;

import io.chancery.model.EndpointId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What it costs the customers when some endpoints fail.
 *
 * @param failing those of them that shards have, by their ids
 * @param elsewhere those that no shard has
 * @param expected of customers of whom nothing is said, were shards drawn evenly
 * @param actual of such customers, by the virtual shards as they are
 * @param known of those for whom something of their own holds
 */
public record BlastRadius(
        List<EndpointId> failing, List<EndpointId> elsewhere, Share expected, Share actual, Known known) {

    /**
     * How customers are divided: the three are 1 together.
     *
     * @param all those who lose all of their endpoints
     * @param part those who lose some, and keep some
     * @param none those who lose nothing
     */
    public record Share(double all, double part, double none) {

        private Share plus(Share other, double weight) {
            return new Share(all + weight * other.all, part + weight * other.part, none + weight * other.none);
        }
    }

    /**
     * The known customers that lose something.
     *
     * @param total how many there are, with those who lose nothing
     * @param all who loses all of his endpoints
     * @param part who loses some, and keeps some
     */
    public record Known(int total, List<String> all, List<String> part) {

        public Known {
            all = List.copyOf(all);
            part = List.copyOf(part);
        }
    }

    private enum Loss {
        ALL,
        PART,
        NONE
    }

    public BlastRadius {
        failing = List.copyOf(failing);
        elsewhere = List.copyOf(elsewhere);
    }

    /**
     * Returns what the failure of some endpoints would come to. While a change goes to some customers first, those whom it has
     * reached count with the shards that they have by it; where it goes to some nodes first, the answer is for the others.
     */
    public static BlastRadius of(Sharding sharding, Collection<EndpointId> hosts) {
        Set<EndpointId> used = new HashSet<>(sharding.current().hosts());
        sharding.next().ifPresent(plan -> used.addAll(plan.hosts()));
        List<EndpointId> failing = new ArrayList<>();
        List<EndpointId> elsewhere = new ArrayList<>();
        new TreeSet<>(hosts).forEach(host -> (used.contains(host) ? failing : elsewhere).add(host));
        Set<EndpointId> lost = new HashSet<>(failing);
        Share expected = new Share(0, 0, 0);
        Share actual = new Share(0, 0, 0);
        for (WeightedPlan part : WeightedPlan.of(sharding)) {
            expected = expected.plus(expected(part.plan(), lost), part.weight());
            actual = actual.plus(actual(part.plan(), lost), part.weight());
        }
        return new BlastRadius(failing, elsewhere, expected, actual, known(sharding, lost));
    }

    private static Share expected(ShardPlan plan, Set<EndpointId> lost) {
        int size = plan.policy().size();
        int failing = (int) plan.hosts().stream().filter(lost::contains).count();
        double all = Odds.losingAll(plan.total(), size, failing);
        double none = Odds.losingNone(plan.total(), size, failing);
        return new Share(all, Math.max(0, 1 - all - none), none);
    }

    private static Share actual(ShardPlan plan, Set<EndpointId> lost) {
        int all = 0;
        int part = 0;
        List<List<EndpointId>> shards = plan.virtualShards();
        for (List<EndpointId> hosts : shards) {
            switch (loss(hosts, lost)) {
                case ALL -> all++;
                case PART -> part++;
                case NONE -> {
                    // what is left
                }
            }
        }
        double total = shards.size();
        return new Share(all / total, part / total, (total - all - part) / total);
    }

    private static Known known(Sharding sharding, Set<EndpointId> lost) {
        List<String> all = new ArrayList<>();
        List<String> part = new ArrayList<>();
        for (String customer : sharding.policy().customers().keySet()) {
            switch (loss(sharding.shardOf(customer).hosts(), lost)) {
                case ALL -> all.add(customer);
                case PART -> part.add(customer);
                case NONE -> {
                    // not to be named
                }
            }
        }
        return new Known(sharding.policy().customers().size(), all, part);
    }

    /** Who has nothing loses nothing. */
    private static Loss loss(List<EndpointId> hosts, Set<EndpointId> lost) {
        long gone = hosts.stream().filter(lost::contains).count();
        return gone == 0 ? Loss.NONE : gone == hosts.size() ? Loss.ALL : Loss.PART;
    }
}
