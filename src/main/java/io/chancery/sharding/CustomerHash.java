package io.chancery.sharding;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * The hash that a customer's virtual shard comes from: <a
 * href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">XXH64</a> with seed 0 of the id's bytes in UTF-8. It is
 * the one that Envoy's hash policies have, and Chancery's filter computes it too.
 */
public final class CustomerHash {

    private CustomerHash() {}

    /** Returns an unsigned number of 64 bits. */
    static long of(String key) {
        return Hashing.xxh64().hashBytesToLong(key.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the part that a customer belongs to, of so many, from 0. */
    public static int part(String key, int parts) {
        return (int) Long.remainderUnsigned(of(key), parts);
    }
}
