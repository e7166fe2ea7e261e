package io.chancery.sharding;

/**
 * How a shard is called in the metadata of endpoints and in the routes: {@code <layout>.<virtual shard>/<size>} for one that
 * customers share, {@code <layout>.<size>=<hash>} for one that is a customer's own.
 */
public final class ShardLabel {

    /** The key of the metadata under which endpoints have the names of their shards. */
    public static final String KEY = "shuffle-shard";

    private ShardLabel() {}

    static String shared(String layout, int shard, int size) {
        return layout + '.' + shard + '/' + size;
    }

    /** A customer's own shard without its layout, as routes have it. */
    static String own(int size, long hash) {
        return size + "=" + Long.toUnsignedString(hash, Character.MAX_RADIX);
    }

    /** The shards of one size together, which come and go as one; a shard of a customer's own is by itself. */
    public static String family(String label) {
        int dot = label.indexOf('.');
        int slash = label.indexOf('/', dot);
        return dot < 0 || slash < 0 ? label : family(label.substring(0, dot), label.substring(slash + 1));
    }

    /** The family of the shards of one size. */
    public static String family(String layout, int size) {
        return family(layout, Integer.toString(size));
    }

    private static String family(String layout, String size) {
        return layout + '/' + size;
    }
}
