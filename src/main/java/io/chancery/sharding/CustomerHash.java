package io.chancery.sharding;

import io.chancery.model.Fnv1a;
import java.nio.charset.StandardCharsets;

/** The hash that a customer's virtual shard comes from. */
final class CustomerHash {

    private CustomerHash() {}

    /** Returns 0 to 2^32 - 1. */
    static long of(String key) {
        return Fnv1a.folded(key);
    }

    /** A hash that hardly any two customers share: 64-bit FNV-1a. */
    static long wide(String key) {
        long hash = 0xCBF29CE484222325L;
        for (byte octet : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }

    /** Returns the virtual shard of a customer, of so many. */
    static int shardOf(String key, int shards) {
        return (int) (of(key) % shards);
    }
}
