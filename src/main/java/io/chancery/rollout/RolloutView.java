package io.chancery.rollout;

import io.chancery.manifest.spec.ShardRollout;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A change of shards as it stands.
 *
 * @param next when it goes on by itself; empty if it does not
 * @param obstacle why Chancery cannot take it on by itself; empty if it can
 * @param customers of those that the policy names, whom it has reached; empty where it goes to nodes
 * @param nodes those that are connected
 * @param refusals how often nodes refused what it may have brought, since it began and as far as this process knows
 */
public record RolloutView(
        ShardRollout rollout,
        Optional<Instant> next,
        Optional<String> obstacle,
        Optional<Customers> customers,
        Nodes nodes,
        int refusals) {

    /** How many customers the policy names, and how many of them have the change. */
    public record Customers(int known, int moved) {}

    /**
     * Who has the change of the nodes.
     *
     * @param connected how many are
     * @param having those of them that are to have it and have accepted all that they were sent, sorted
     * @param waiting those that are to have it and have something to accept yet, sorted
     */
    public record Nodes(int connected, List<String> having, List<String> waiting) {

        public Nodes {
            having = List.copyOf(having);
            waiting = List.copyOf(waiting);
        }
    }
}
