package io.chancery.sharding;

import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.ShuffleShard.Mechanism;
import io.chancery.model.EndpointId;
import io.chancery.model.EnvoySince;
import io.chancery.model.NodeShare;
import io.chancery.model.NodeTrait;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A service's shards: as they are, and, while a change is under way, as they are where it has arrived. Immutable.
 *
 * @param current what holds where no change has arrived
 * @param next what holds where a change has arrived
 * @param mechanism in which way the nodes that it is about tell requests to shards, where a route lets them
 */
public record Sharding(ShuffleShard policy, ShardPlan current, Optional<ShardPlan> next, Mechanism mechanism) {

    /** On others each request of a customer would go to any of its service's shards: they do not know the field. */
    private static final EnvoySince CHOOSING_BY_HASH = new EnvoySince(1, 36);

    /** A percentage in hundredths. */
    public static final int WHOLE = 10_000;

    /** Computes a service's shards. */
    public static Sharding of(ShuffleShard policy, Collection<ShardHost> hosts) {
        return of(policy, hosts, List.of());
    }

    /**
     * Computes a service's shards.
     *
     * @param known what is the same in one of these is not computed again
     */
    public static Sharding of(ShuffleShard policy, Collection<ShardHost> hosts, List<Sharding> known) {
        List<ShardPlan> plans = known.stream().flatMap(Sharding::plans).toList();
        return new Sharding(
                policy,
                ShardPlan.of(policy.settled(), hosts, plans),
                policy.rollout().map(rollout -> ShardPlan.of(policy.with(rollout.to()), hosts, plans)),
                policy.mechanism());
    }

    private Stream<ShardPlan> plans() {
        return Stream.concat(Stream.of(current), next.stream());
    }

    /** Whether who goes by the other policy finds the same shards in what stands in the metadata for this one. */
    public boolean covers(Sharding other) {
        Set<String> families = new HashSet<>();
        plans().forEach(plan -> families.addAll(plan.families()));
        return other.plans().allMatch(plan -> families.containsAll(plan.families()));
    }

    /** What makes different changes begin with different customers. */
    public String salt() {
        return next.map(plan -> plan.layout() + plan.policy().size() + ':').orElse("");
    }

    /** How many customers in {@value #WHOLE} have the change that is under way. */
    public int share() {
        return policy.rollout()
                .filter(rollout -> rollout.by() == ShardRollout.Share.CUSTOMERS)
                .map(rollout -> rollout.percent() * (WHOLE / 100))
                .orElse(0);
    }

    /** The nodes that have the change that is under way, where it goes to some of them. */
    public Optional<NodeShare> nodeShare() {
        return policy.rollout()
                .filter(rollout -> rollout.by() == ShardRollout.Share.NODES)
                .map(rollout -> new NodeShare(salt(), rollout.percent()));
    }

    /** What a node must have for something else to hold there. */
    public Stream<NodeTrait> differences() {
        return Stream.concat(
                mechanism == Mechanism.WEIGHTED_CLUSTERS ? Stream.of(CHOOSING_BY_HASH) : Stream.empty(),
                nodeShare().stream());
    }

    /**
     * What holds on nodes that have these.
     *
     * @param traits of those that {@link #differences()} names; others do not matter
     */
    public Sharding on(Set<NodeTrait> traits) {
        Mechanism possible = traits.contains(CHOOSING_BY_HASH) ? mechanism : Mechanism.FILTER;
        boolean hasChange = nodeShare().filter(traits::contains).isPresent();
        return next.filter(_ -> hasChange)
                .map(plan -> new Sharding(plan.policy(), plan, Optional.empty(), possible))
                .orElseGet(() -> new Sharding(policy, current, next, possible));
    }

    /** Whether a change under way has arrived at a customer. Once it has, it stays so until the change is taken back. */
    public boolean isMoved(String customer) {
        return CustomerHash.part(salt() + customer, WHOLE) < share();
    }

    /** The shard of a customer; where a change goes to some of the nodes, that on the others. */
    public Shard shardOf(String customer) {
        return next.filter(_ -> isMoved(customer)).orElse(current).shardOf(customer);
    }

    /** What stands in the metadata of endpoints, so that each of these finds its shards. */
    public static Map<EndpointId, Set<String>> labels(List<Sharding> shardings) {
        Map<EndpointId, Set<String>> labels = new HashMap<>();
        for (Sharding sharding : shardings) {
            sharding.current().eachMember((host, label) -> add(labels, host, label));
            sharding.next().ifPresent(next -> next.eachMember((host, label) -> add(labels, host, label)));
        }
        return labels;
    }

    private static void add(Map<EndpointId, Set<String>> labels, EndpointId host, String label) {
        labels.computeIfAbsent(host, _ -> new LinkedHashSet<>()).add(label);
    }
}
