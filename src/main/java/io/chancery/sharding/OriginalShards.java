package io.chancery.sharding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The shards of the program that this replaces, for who compares. It is not shuffle sharding: the salt changes only the last
 * byte, so the hashes of a customer are neighbours, and so are the hosts; there are as many shards as hosts.
 */
public final class OriginalShards {

    private static final long MODULUS = 2_147_483_647L;

    private OriginalShards() {}

    /**
     * Returns a customer's hosts, counted from 0, in the order in which they were found; where the original ran out of
     * attempts there are fewer than {@code size}.
     *
     * @param total hosts, 1 and more
     * @param size of the shard, 1 and more; more than there are hosts is as many
     */
    public static List<Integer> of(String customer, int total, int size) {
        List<Integer> shard = new ArrayList<>();
        for (int i = 0; i < Math.min(size, total); i++) {
            long hash = hash(customer + "_salt_" + i);
            int index = (int) (hash % total);
            for (int attempt = 1; shard.contains(index) && attempt <= total; attempt++) {
                hash = (hash * 31 + attempt) % MODULUS;
                index = (int) (hash % total);
            }
            if (!shard.contains(index)) {
                shard.add(index);
            }
        }
        return shard;
    }

    /** Returns which of the shard's hosts answers a path, query included. */
    public static int choice(List<Integer> shard, String path) {
        return shard.get((int) (hash(path) % shard.size()));
    }

    private static long hash(String text) {
        long hash = 0;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (33 * hash + (octet & 0xFF)) % MODULUS;
        }
        return hash;
    }
}
