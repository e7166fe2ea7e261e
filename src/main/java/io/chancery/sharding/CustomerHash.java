package io.chancery.sharding;

import java.nio.charset.StandardCharsets;

/**
 * The hash that a customer's virtual shard comes from: 32-bit FNV-1a (<a
 * href="https://datatracker.ietf.org/doc/draft-eastlake-fnv/">draft-eastlake-fnv</a>) of the key's bytes in UTF-8, whose upper
 * half is folded into the lower one. Envoy's Lua filter computes the same.
 */
final class CustomerHash {

    private static final int OFFSET = 0x811C9DC5;
    private static final int PRIME = 0x01000193;

    private CustomerHash() {}

    /** Returns 0 to 2^32 - 1. */
    static long of(String key) {
        int hash = OFFSET;
        for (byte octet : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * PRIME;
        }
        return Integer.toUnsignedLong(hash ^ (hash >>> 16));
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
