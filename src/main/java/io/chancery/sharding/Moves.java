package io.chancery.sharding;

import io.chancery.model.EndpointId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Who is served by other endpoints once shards are different.
 *
 * @param basis what the shares are counted over
 * @param compared how many of these
 * @param moved the share whose endpoints are not the same
 * @param keepingSome the share that keeps at least one endpoint; also who does not move
 * @param keepingAll the share that keeps all endpoints, and may have more
 * @param known how many customers there are for whom something of their own holds, before or after
 * @param customers those of them that move
 */
public record Moves(
        Basis basis,
        int compared,
        double moved,
        double keepingSome,
        double keepingAll,
        int known,
        List<Move> customers) {

    /** Enough for a share to be within 1 % of what it is of all customers. */
    static final int SAMPLE = 20_000;

    /** What is compared. */
    public enum Basis {
        /** All virtual shards, each of which has the same share of the customers: exact. */
        VIRTUAL_SHARDS,
        /** Made-up customers, where virtual shards before and after have nothing to do with each other. */
        SAMPLED_CUSTOMERS
    }

    /**
     * The endpoints of a known customer.
     *
     * @param kept how many of the former ones stay
     */
    public record Move(String customer, List<EndpointId> before, List<EndpointId> after, int kept) {

        public Move {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    public Moves {
        customers = List.copyOf(customers);
    }

    /** Compares a service's shards with what they are to be. */
    public static Moves between(Sharding before, Sharding after) {
        boolean exact = before.share() == 0
                && after.share() == 0
                && before.current().policy().shards()
                        == after.current().policy().shards();
        Tally tally = new Tally();
        if (exact) {
            List<List<EndpointId>> former = before.current().virtualShards();
            List<List<EndpointId>> later = after.current().virtualShards();
            tally.addAll(former.size(), former::get, later::get);
        } else {
            tally.addAll(
                    SAMPLE,
                    i -> before.shardOf("sample-" + i).hosts(),
                    i -> after.shardOf("sample-" + i).hosts());
        }
        Set<String> known = new TreeSet<>(before.policy().customers().keySet());
        known.addAll(after.policy().customers().keySet());
        return new Moves(
                exact ? Basis.VIRTUAL_SHARDS : Basis.SAMPLED_CUSTOMERS,
                tally.compared,
                tally.share(tally.moved),
                tally.share(tally.keepingSome),
                tally.share(tally.keepingAll),
                known.size(),
                moves(known, before, after));
    }

    private static List<Move> moves(Set<String> known, Sharding before, Sharding after) {
        List<Move> moves = new ArrayList<>();
        for (String customer : known) {
            List<EndpointId> former = before.shardOf(customer).hosts();
            List<EndpointId> later = after.shardOf(customer).hosts();
            int kept = kept(former, later);
            if (isMoved(former, later, kept)) {
                moves.add(new Move(customer, former, later, kept));
            }
        }
        return moves;
    }

    private static int kept(List<EndpointId> before, List<EndpointId> after) {
        Set<EndpointId> there = new HashSet<>(after);
        return (int) before.stream().filter(there::contains).count();
    }

    private static boolean isMoved(List<EndpointId> before, List<EndpointId> after, int kept) {
        return kept < before.size() || kept < after.size();
    }

    private static final class Tally {

        private int compared;
        private int moved;
        private int keepingSome;
        private int keepingAll;

        void addAll(int count, IntFunction<List<EndpointId>> before, IntFunction<List<EndpointId>> after) {
            for (int i = 0; i < count; i++) {
                add(before.apply(i), after.apply(i));
            }
        }

        private void add(List<EndpointId> before, List<EndpointId> after) {
            int kept = kept(before, after);
            compared++;
            moved += isMoved(before, after, kept) ? 1 : 0;
            keepingSome += kept > 0 ? 1 : 0;
            keepingAll += kept > 0 && kept == before.size() ? 1 : 0;
        }

        double share(int count) {
            return (double) count / compared;
        }
    }
}
