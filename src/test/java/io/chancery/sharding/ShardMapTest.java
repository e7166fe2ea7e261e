package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chancery.manifest.spec.ZoneSpread;
import io.chancery.model.EndpointId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What shuffle sharding promises, with the numbers that it was promised with. */
class ShardMapTest {

    private static final int CUSTOMERS = 20_000;
    private static final int SHARDS = 1_024;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42})
    void allPairsOfEightOccurAboutEquallyOften(long seed) {
        Map<Set<EndpointId>, Integer> pairs = pairs(map(8, 2, seed));

        assertThat(pairs).hasSize(28);
        assertThat(pairs.values())
                .allSatisfy(count ->
                        assertThat((double) count).isCloseTo(CUSTOMERS / 28.0, within(CUSTOMERS / 28.0 * 0.25)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42})
    void fewCustomersShareTheirWholeShard(long seed) {
        Map<Set<EndpointId>, Integer> pairs = pairs(map(8, 2, seed));

        double same = pairs.values().stream()
                .mapToDouble(count -> (double) count / CUSTOMERS * (count - 1) / (CUSTOMERS - 1))
                .sum();
        double lost = pairs.values().stream().mapToInt(Integer::intValue).max().orElseThrow() / (double) CUSTOMERS;

        assertThat(same).isLessThanOrEqualTo(0.045);
        assertThat(lost).as("customers that lose all when any two fail").isLessThanOrEqualTo(0.045);
    }

    @ParameterizedTest(name = "{0} hosts, shards of {1}")
    @CsvSource({"1, 1", "2, 2", "5, 5", "8, 2", "12, 12", "50, 7", "50, 50"})
    void aShardHasExactlyItsSizeOfDistinctHosts(int hosts, int size) {
        ShardMap map = map(hosts, size, 7);

        for (int shard = 0; shard < map.shards(); shard++) {
            for (int wanted = 1; wanted <= size; wanted++) {
                assertThat(map.hosts(shard, wanted)).hasSize(wanted).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void tenThousandHostsMakeShardsOfAnySize() {
        ShardMap map = ShardMap.of(hosts(10_000), new ShardMap.Layout(7, 3, 10_000, ZoneSpread.NONE));

        for (int wanted : new int[] {1, 2, 99, 5_000, 9_999, 10_000}) {
            assertThat(map.hosts(2, wanted)).hasSize(wanted).doesNotHaveDuplicates();
        }
    }

    @Test
    void theSameIsTheSameInEveryOrder() {
        List<ShardHost> hosts = new ArrayList<>(hosts(12));
        ShardMap one = ShardMap.of(hosts, new ShardMap.Layout(3, SHARDS, 4, ZoneSpread.NONE));
        Collections.reverse(hosts);
        ShardMap other = ShardMap.of(hosts, new ShardMap.Layout(3, SHARDS, 4, ZoneSpread.NONE));

        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(other.hosts(shard, 4)).isEqualTo(one.hosts(shard, 4));
        }
    }

    @Test
    void aLargerShardKeepsTheSmallerOne() {
        ShardMap two = map(12, 2, 5);
        ShardMap five = map(12, 5, 5);

        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(five.hosts(shard, 5)).startsWith(two.hosts(shard, 2).toArray(EndpointId[]::new));
        }
    }

    @Test
    void fourMoreHostsLeaveMostCustomersOneOfTheirFormer() {
        ShardMap eight = map(8, 2, 9);
        ShardMap twelve = map(12, 2, 9);

        assertThat(keeping(eight, twelve, 1)).isGreaterThanOrEqualTo(0.85);
    }

    @Test
    void aHostThatGoesMovesFewOfThoseWhoDidNotHaveIt() {
        ShardMap before = map(20, 3, 9);
        List<ShardHost> less = new ArrayList<>(hosts(20));
        ShardHost gone = less.remove(4);
        ShardMap after = ShardMap.of(less, new ShardMap.Layout(9, SHARDS, 3, ZoneSpread.NONE));

        long spared = 0;
        long unmoved = 0;
        for (int shard = 0; shard < SHARDS; shard++) {
            if (!before.hosts(shard, 3).contains(gone.id())) {
                spared++;
                if (new HashSet<>(after.hosts(shard, 3)).equals(new HashSet<>(before.hosts(shard, 3)))) {
                    unmoved++;
                }
            }
        }
        assertThat((double) unmoved / spared).isGreaterThan(0.8);
    }

    @Test
    void weightsAreHonoured() {
        List<ShardHost> hosts = new ArrayList<>(hosts(9));
        hosts.add(new ShardHost(new EndpointId("heavy"), 3, ""));
        ShardMap map = ShardMap.of(hosts, new ShardMap.Layout(1, 16_384, 1, ZoneSpread.NONE));

        long heavy = IntStream.range(0, 16_384)
                .filter(shard -> map.hosts(shard, 1).contains(new EndpointId("heavy")))
                .count();

        assertThat(heavy / 16_384.0).isCloseTo(3 / 12.0, within(0.03));
    }

    @Test
    void zonesAreSpreadAsFarAsThereAreAny() {
        List<ShardHost> hosts = IntStream.range(0, 12)
                .mapToObj(i -> new ShardHost(new EndpointId("h" + i), 1, "zone-" + i % 3))
                .toList();
        ShardMap map = ShardMap.of(hosts, new ShardMap.Layout(1, SHARDS, 5, ZoneSpread.ZONE));

        for (int shard = 0; shard < SHARDS; shard++) {
            for (int size = 1; size <= 5; size++) {
                assertThat(map.hosts(shard, size).stream()
                                .map(id -> Integer.parseInt(id.value().substring(1)) % 3)
                                .distinct())
                        .hasSize(Math.min(size, 3));
            }
        }
    }

    private static double keeping(ShardMap before, ShardMap after, int hosts) {
        int size = 2;
        return IntStream.range(0, CUSTOMERS)
                        .filter(i -> {
                            Set<EndpointId> kept = new HashSet<>(hosts(before, "customer-" + i, size));
                            kept.retainAll(hosts(after, "customer-" + i, size));
                            return kept.size() >= hosts;
                        })
                        .count()
                / (double) CUSTOMERS;
    }

    private static Map<Set<EndpointId>, Integer> pairs(ShardMap map) {
        Map<Set<EndpointId>, Integer> pairs = new HashMap<>();
        IntStream.range(0, CUSTOMERS)
                .forEach(i -> pairs.merge(new HashSet<>(hosts(map, "customer-" + i, 2)), 1, Integer::sum));
        return pairs;
    }

    private static List<EndpointId> hosts(ShardMap map, String customer, int size) {
        return map.hosts(CustomerHash.part(customer, map.shards()), size);
    }

    private static ShardMap map(int hosts, int size, long seed) {
        return ShardMap.of(hosts(hosts), new ShardMap.Layout(seed, SHARDS, size, ZoneSpread.NONE));
    }

    private static List<ShardHost> hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ShardHost(new EndpointId("10.0.0." + i + ":80"), 1, ""))
                .toList();
    }
}
