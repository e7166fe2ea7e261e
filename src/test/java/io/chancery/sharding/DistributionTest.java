package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {

    @Test
    void eightHostsHaveTwentyEightPairsWhereTheOriginalHadEight() {
        Distribution distribution = Distribution.of(TestingShards.sharding(8, 2));

        Set<Set<Integer>> original = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            original.add(new HashSet<>(OriginalShards.of("customer-" + i, 8, 2)));
        }

        assertThat(distribution.possible()).isEqualTo(BigInteger.valueOf(28));
        assertThat(distribution.sets().distinct()).isEqualTo(28);
        assertThat(original).hasSize(8);
    }

    @Test
    void everyPairAndEveryHostHasAboutItsShare() {
        Distribution distribution = Distribution.of(TestingShards.sharding(8, 2));

        assertThat(distribution.sets().virtualShards().mean()).isCloseTo(1_024 / 28.0, within(1e-9));
        assertThat(distribution.sets().virtualShards().min()).isGreaterThan(1_024 / 28.0 * 0.75);
        assertThat(distribution.sets().virtualShards().max()).isLessThan(1_024 / 28.0 * 1.25);
        assertThat(distribution.virtualShardsPerHost().mean()).isCloseTo(256, within(1e-9));
        assertThat(distribution.imbalance()).isBetween(1.0, 1.1);
        assertThat(distribution.hosts().values())
                .allSatisfy(load -> assertThat(load.fairShare()).isCloseTo(256, within(1e-9)));
    }

    @Test
    void aHeavierHostHasAGreaterShare() {
        List<ShardHost> hosts = new ArrayList<>(TestingShards.hosts(9));
        hosts.add(new ShardHost(TestingShards.id(9), 3, ""));

        Distribution distribution = Distribution.of(Sharding.of(TestingShards.policy(1), hosts));

        Distribution.Load heavy = distribution.hosts().get(TestingShards.id(9));
        assertThat(heavy).isNotNull();
        assertThat(heavy.fairShare()).isCloseTo(256, within(1e-9));
        assertThat(heavy.virtualShards()).isCloseTo(256, within(40.0));
    }

    @Test
    void knownCustomersAreCountedForThemselves() {
        SortedMap<String, Integer> sizes = new TreeMap<>();
        IntStream.range(0, 30).forEach(i -> sizes.put("customer-" + i, 8));

        Distribution distribution = Distribution.of(
                Sharding.of(TestingShards.withSizes(TestingShards.policy(2), sizes), TestingShards.hosts(8)));

        assertThat(distribution.customersPerHost()).isEqualTo(new Distribution.Spread(30, 30, 30));
        assertThat(distribution.sets().customers()).isEqualTo(new Distribution.Spread(30, 30, 30));
    }

    @Test
    void aVirtualShardCountsForItsHostsBeforeAndAfterAChangeUnderWay() {
        Distribution distribution = Distribution.of(
                Sharding.of(TestingShards.towardsSize(TestingShards.policy(1), 2, 25), TestingShards.hosts(8)));

        assertThat(distribution.hosts().values().stream()
                        .mapToDouble(Distribution.Load::virtualShards)
                        .sum())
                .isCloseTo(1_024 * 0.75 + 2_048 * 0.25, within(1e-6));
    }

    @Test
    void withoutHostsThereIsNothingToDivide() {
        Distribution distribution = Distribution.of(TestingShards.sharding(0, 2));

        assertThat(distribution.hosts()).isEmpty();
        assertThat(distribution.virtualShardsPerHost()).isEqualTo(new Distribution.Spread(0, 0, 0));
        assertThat(distribution.imbalance()).isEqualTo(1);
    }
}
