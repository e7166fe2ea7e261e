package io.chancery.sharding;

import io.chancery.manifest.spec.ZoneSpread;
import io.chancery.model.EndpointId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The hosts of every virtual shard. A shard of a larger size has the hosts of the smaller ones first, so that a customer whose
 * size grows keeps what it had. The same hosts, seed and numbers give the same map, in every process. Immutable.
 *
 * <p>Each host is chosen by {@link Rendezvous}; but no set of hosts is given to more virtual shards than its share: chance alone
 * would give some sets half as many customers again as others.
 */
final class ShardMap {

    private final ShardHost[] hosts;
    private final long[] hashes;
    private final Layout layout;
    private final int[][] shards;

    /**
     * What a map follows from, beside the hosts.
     *
     * @param seed another seed gives another map
     * @param shards virtual shards, 1 and more
     * @param size the largest size that is asked of it, 1 and more
     */
    record Layout(long seed, int shards, int size, ZoneSpread spread) {}

    private ShardMap(Collection<ShardHost> all, Layout layout) {
        this.hosts = all.stream().sorted().toArray(ShardHost[]::new);
        this.hashes = Arrays.stream(hosts).mapToLong(Rendezvous::hash).toArray();
        this.layout = layout;
        this.shards = new int[layout.shards()][];
    }

    /** A size beyond the number of hosts is their number. */
    static ShardMap of(Collection<ShardHost> hosts, Layout layout) {
        ShardMap map = new ShardMap(hosts, layout);
        map.fill();
        return map;
    }

    /** Whether it is what {@link #of} would return. */
    boolean isOf(List<ShardHost> sorted, Layout other) {
        return layout.equals(other) && sorted.equals(Arrays.asList(hosts));
    }

    private void fill() {
        Balance balance = new Balance(hosts, hashes, layout.shards());
        for (int shard = 0; shard < shards.length; shard++) {
            shards[shard] = new Choice(balance).of(ranking(shard));
        }
        for (int size = 2; size <= Math.min(layout.size(), hosts.length); size++) {
            new Evening(balance, size).run();
        }
    }

    private Ranking ranking(int shard) {
        double[] scores = new double[hosts.length];
        for (int place = 0; place < scores.length; place++) {
            scores[place] = Rendezvous.score(layout.seed(), shard, hashes[place], hosts[place].weight());
        }
        return new Ranking(scores);
    }

    /** Returns the hosts of a virtual shard, the most preferred first. */
    List<EndpointId> hosts(int shard, int wanted) {
        int[] chosen = shards[shard];
        List<EndpointId> ids = new ArrayList<>(Math.min(wanted, chosen.length));
        for (int i = 0; i < Math.min(wanted, chosen.length); i++) {
            ids.add(hosts[chosen[i]].id());
        }
        return ids;
    }

    /** Returns all hosts in the order in which a virtual shard would have them: its own, then the others by their scores. */
    List<EndpointId> preference(int shard) {
        List<EndpointId> all = hosts(shard, hosts.length);
        Set<EndpointId> own = new HashSet<>(all);
        Ranking ranking = ranking(shard);
        for (int rank = 0; rank < hosts.length; rank++) {
            EndpointId next = hosts[ranking.at(rank)].id();
            if (!own.contains(next)) {
                all.add(next);
            }
        }
        return all;
    }

    /** Returns all hosts, by their ids. */
    List<EndpointId> hosts() {
        return Arrays.stream(hosts).map(ShardHost::id).toList();
    }

    /** Divides a number among the hosts by their weights. */
    Map<EndpointId, Double> shares(double whole) {
        double weight = Arrays.stream(hosts).mapToLong(ShardHost::weight).sum();
        Map<EndpointId, Double> shares = new HashMap<>();
        for (ShardHost host : hosts) {
            shares.put(host.id(), whole * host.weight() / weight);
        }
        return shares;
    }

    /** How many virtual shards there are. */
    int shards() {
        return shards.length;
    }

    /** How many hosts there are. */
    int total() {
        return hosts.length;
    }

    /** Chooses the hosts of one virtual shard. */
    private final class Choice {

        private final Balance balance;
        private final BitSet chosen = new BitSet();
        private final Set<String> zones = new HashSet<>();
        private final int[] places = new int[Math.min(layout.size(), hosts.length)];

        Choice(Balance balance) {
            this.balance = balance;
        }

        int[] of(Ranking ranking) {
            Balance.Chain chain = balance.chain();
            for (int i = 0; i < places.length; i++) {
                int place = next(ranking, chain);
                places[i] = place;
                chosen.set(place);
                zones.add(hosts[place].zone());
                chain.add(place);
            }
            return places;
        }

        /** The first whose set with those before is not used up, else the one whose set is used least. */
        private int next(Ranking ranking, Balance.Chain chain) {
            boolean elsewhere = layout.spread() == ZoneSpread.ZONE && isAnyElsewhere();
            int best = -1;
            int least = Integer.MAX_VALUE;
            for (int rank = 0; rank < hosts.length; rank++) {
                int place = ranking.at(rank);
                if (chosen.get(place) || (elsewhere && zones.contains(hosts[place].zone()))) {
                    continue;
                }
                int used = chain.used(place);
                if (used < chain.limit(place)) {
                    return place;
                }
                if (used < least) {
                    least = used;
                    best = place;
                }
            }
            return best;
        }

        private boolean isAnyElsewhere() {
            return zones.size() < balance.zones();
        }
    }

    /**
     * Gives sets of hosts that are used much less often than their share a few shards of those that are used more often: what
     * comes last finds the sets used up that it would have, and takes what there is.
     */
    private final class Evening {

        private static final double LEAST = 0.92;

        private final Balance balance;

        /** The place within a shard at which hosts are exchanged. */
        private final int last;

        /** Shards by the set of hosts before that place. */
        private final Map<Long, List<Integer>> groups = new TreeMap<>();

        Evening(Balance balance, int size) {
            this.balance = balance;
            this.last = size - 1;
        }

        void run() {
            for (int shard = 0; shard < shards.length; shard++) {
                groups.computeIfAbsent(chain(shard).set(), _ -> new ArrayList<>())
                        .add(shard);
            }
            for (List<Integer> group : groups.values()) {
                if (chain(group.getFirst()).isLeftToChance()) {
                    return;
                }
                for (int place = 0; place < hosts.length; place++) {
                    fill(group, place);
                }
            }
        }

        private Balance.Chain chain(int shard) {
            Balance.Chain chain = balance.chain();
            for (int i = 0; i < last; i++) {
                chain.extend(shards[shard][i]);
            }
            return chain;
        }

        private void fill(List<Integer> group, int place) {
            Balance.Chain before = chain(group.getFirst());
            int donor = 0;
            while (donor >= 0 && before.used(place) < LEAST * before.average(place)) {
                donor = donor(group, before, place);
                if (donor >= 0) {
                    exchange(donor, before, place);
                }
            }
        }

        /** The shard that likes the host best, of those whose set is used most often; -1 for none. */
        private int donor(List<Integer> group, Balance.Chain before, int place) {
            int best = -1;
            double most = 0;
            double liked = 0;
            for (int shard : group) {
                double excess = before.used(shards[shard][last]) - before.average(shards[shard][last]);
                double score = Rendezvous.score(layout.seed(), shard, hashes[place], hosts[place].weight());
                if (excess >= 0
                        && isAllowed(shard, place)
                        && (excess > most || best < 0 || (excess == most && score > liked))) {
                    best = shard;
                    most = excess;
                    liked = score;
                }
            }
            return best;
        }

        private boolean isAllowed(int shard, int place) {
            Set<String> zones = new HashSet<>();
            for (int i = 0; i < last; i++) {
                if (shards[shard][i] == place) {
                    return false;
                }
                zones.add(hosts[shards[shard][i]].zone());
            }
            return layout.spread() == ZoneSpread.NONE
                    || zones.size() == balance.zones()
                    || !zones.contains(hosts[place].zone());
        }

        /** Where the shard has the host further on, the two change places, so that larger shards stay as they are. */
        private void exchange(int shard, Balance.Chain before, int place) {
            int[] chosen = shards[shard];
            before.exchange(chosen[last], place);
            for (int i = last + 1; i < chosen.length; i++) {
                if (chosen[i] == place) {
                    chosen[i] = chosen[last];
                }
            }
            chosen[last] = place;
        }
    }
}
