package io.chancery.model;

import java.nio.charset.StandardCharsets;

/**
 * The hash by which nodes are told to one part or another: 32-bit FNV-1a (<a
 * href="https://datatracker.ietf.org/doc/draft-eastlake-fnv/">draft-eastlake-fnv</a>) of a text's bytes in UTF-8, whose upper
 * half is folded into the lower one, as the lower half alone spreads the ends of similar names badly.
 */
public final class Fnv1a {

    private static final int OFFSET = 0x811C9DC5;
    private static final int PRIME = 0x01000193;

    private Fnv1a() {}

    /** Returns 0 to 2^32 - 1. */
    public static long folded(String text) {
        int hash = OFFSET;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * PRIME;
        }
        return Integer.toUnsignedLong(hash ^ (hash >>> 16));
    }
}
