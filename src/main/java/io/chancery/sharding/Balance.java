package io.chancery.sharding;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Counts how often each set of hosts is used, so that none is used much more often than its share. Used by one thread. */
final class Balance {

    /** Sets that are used less often than this on average are left to chance, but for those that are far beyond it. */
    private static final int OFTEN = 8;

    private final ShardHost[] hosts;
    private final long[] hashes;
    private final long weight;
    private final int shards;
    private final int zones;

    /** By the combination of the hosts' hashes. */
    private final Map<Long, Integer> used = new HashMap<>();

    /** @param hashes what each host goes by */
    Balance(ShardHost[] hosts, long[] hashes, int shards) {
        this.hosts = hosts;
        this.hashes = hashes;
        this.weight = Arrays.stream(hosts).mapToLong(ShardHost::weight).sum();
        this.shards = shards;
        this.zones = (int) Arrays.stream(hosts).map(ShardHost::zone).distinct().count();
    }

    int zones() {
        return zones;
    }

    Chain chain() {
        return new Chain();
    }

    /** The hosts of one virtual shard as they are chosen. */
    final class Chain {

        private long set;
        private int size;

        /** The share of the virtual shards that the set would have if hosts were drawn by their weights. */
        private double share = 1;

        long set() {
            return set;
        }

        /** How often the set with this host added is used. */
        int used(int place) {
            return used.getOrDefault(set ^ hashes[place], 0);
        }

        /** How often it would be used if hosts were drawn by their weights. */
        double average(int place) {
            return shards * with(place);
        }

        /** How often it may be used. */
        int limit(int place) {
            double average = average(place);
            return (int) Math.ceil(average < OFTEN ? 2 * average + 1 : average);
        }

        /** Whether sets with one host more are used too seldom for any order. */
        boolean isLeftToChance() {
            return size == hosts.length || shards * share * (size + 1) / (hosts.length - size) < OFTEN;
        }

        private double with(int place) {
            double heavier = (double) hosts[place].weight() * hosts.length / weight;
            return share * (size + 1) / (hosts.length - size) * heavier;
        }

        /** Adds a host, and counts the set. */
        void add(int place) {
            extend(place);
            used.merge(set, 1, Integer::sum);
        }

        /** Adds a host. */
        void extend(int place) {
            share = with(place);
            set ^= hashes[place];
            size++;
        }

        /** Counts the set with one host instead of that with another. */
        void exchange(int from, int to) {
            used.merge(set ^ hashes[from], -1, Integer::sum);
            used.merge(set ^ hashes[to], 1, Integer::sum);
        }
    }
}
