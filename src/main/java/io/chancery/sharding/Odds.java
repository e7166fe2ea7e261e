package io.chancery.sharding;

import java.math.BigInteger;

/**
 * What is to be expected of shards whose hosts are drawn evenly: every set of so many hosts is as likely as any other. A size
 * beyond the number of hosts is their number. Pure functions.
 */
public final class Odds {

    private Odds() {}

    /** How many different shards there can be: {@code C(hosts, size)}. */
    public static BigInteger shards(int hosts, int size) {
        int drawn = Math.min(size, hosts);
        BigInteger count = BigInteger.ONE;
        for (int i = 1; i <= drawn; i++) {
            count = count.multiply(BigInteger.valueOf(hosts - drawn + i)).divide(BigInteger.valueOf(i));
        }
        return count;
    }

    /** The share of customers all of whose hosts are among those that fail: {@code C(failing, size) / C(hosts, size)}. */
    public static double losingAll(int hosts, int size, int failing) {
        return hosts == 0 ? 0 : ratio(failing, hosts, Math.min(size, hosts));
    }

    /** The share of customers none of whose hosts fail: {@code C(hosts - failing, size) / C(hosts, size)}. */
    public static double losingNone(int hosts, int size, int failing) {
        return ratio(hosts - failing, hosts, Math.min(size, hosts));
    }

    /**
     * The share of pairs of customers that have exactly so many hosts in common: {@code C(size, common) * C(hosts - size, size -
     * common) / C(hosts, size)}.
     */
    public static double sharing(int hosts, int size, int common) {
        int drawn = Math.min(size, hosts);
        if (common > drawn || drawn - common > hosts - drawn) {
            return 0;
        }
        return Math.exp(
                logOfChoices(drawn, common) + logOfChoices(hosts - drawn, drawn - common) - logOfChoices(hosts, drawn));
    }

    /** {@code C(from, drawn) / C(of, drawn)}, of which each factor is at most 1. */
    private static double ratio(int from, int of, int drawn) {
        double ratio = 1;
        for (int i = 0; i < drawn && ratio > 0; i++) {
            ratio *= (double) Math.max(0, from - i) / (of - i);
        }
        return ratio;
    }

    private static double logOfChoices(int of, int drawn) {
        double log = 0;
        for (int i = 1; i <= drawn; i++) {
            log += Math.log((double) (of - drawn + i) / i);
        }
        return log;
    }
}
