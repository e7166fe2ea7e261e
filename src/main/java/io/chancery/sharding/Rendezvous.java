package io.chancery.sharding;

/**
 * Highest random weight (Thaler and Ravishankar, 1998), with weights after Schindelhauer and Schomaker (2005): every pair of
 * a subject and a host has a score, and the hosts with the highest scores are the subject's. A host that comes or goes moves
 * only what it wins or had.
 */
final class Rendezvous {

    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    private Rendezvous() {}

    /** What a host goes by. */
    static long hash(ShardHost host) {
        return mix(CustomerHash.of(host.id().value()));
    }

    /**
     * The score of a host for a subject; higher is better.
     *
     * @param hash the host's
     */
    static double score(long seed, long subject, long hash, int weight) {
        long mixed = mix(hash ^ mix(seed + STEP * (subject + 1)));
        // Neither 0 nor 1, so that the logarithm is finite and not zero.
        double random = ((mixed >>> 11) + 0.5) * UNIT;
        return -weight / Math.log(random);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
