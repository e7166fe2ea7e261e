package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class BlastRadiusPropertyTest {

    private static final int CUSTOMERS = 20_000;

    @RepeatedTest(value = 10, name = "the shares are those of customers asked one by one, seed {currentRepetition}")
    void theSharesAreThoseOfCustomersAskedOneByOne(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int hosts = 4 + random.nextInt(20);
        int size = 1 + random.nextInt(4);
        Sharding sharding = Sharding.of(
                TestingShards.policy(size, TestingShards.SHARDS, random.nextInt(100)), TestingShards.hosts(hosts));
        List<EndpointId> failing = IntStream.range(0, hosts)
                .filter(_ -> random.nextInt(3) == 0)
                .mapToObj(TestingShards::id)
                .toList();

        BlastRadius radius = BlastRadius.of(sharding, failing);

        Set<EndpointId> lost = new HashSet<>(failing);
        assertThat(radius.actual().all())
                .isCloseTo(asked(sharding, lost, Math.min(size, hosts), Math.min(size, hosts)), within(0.02));
        assertThat(radius.actual().none()).isCloseTo(asked(sharding, lost, 0, 0), within(0.02));
        assertThat(radius.actual().all()
                        + radius.actual().part()
                        + radius.actual().none())
                .isCloseTo(1, within(1e-9));
        assertThat(radius.actual().all()).isCloseTo(radius.expected().all(), within(0.05));
        assertThat(radius.actual().none()).isCloseTo(radius.expected().none(), within(0.05));
    }

    @Test
    void whenAnyTwoOfEightFailHardlyAnybodyLosesBoth() {
        Sharding sharding = TestingShards.sharding(8, 2);

        for (int one = 0; one < 8; one++) {
            for (int other = 0; other < one; other++) {
                BlastRadius radius = BlastRadius.of(sharding, List.of(TestingShards.id(one), TestingShards.id(other)));

                assertThat(radius.expected().all()).isCloseTo(1 / 28.0, within(1e-9));
                assertThat(radius.actual().all()).isBetween(0.027, 0.045);
            }
        }
    }

    @Test
    void whoIsKnownIsCountedByName() {
        SortedMap<String, Integer> sizes = new TreeMap<>();
        sizes.put("large", 8);
        sizes.put("small", 1);
        Sharding sharding =
                Sharding.of(TestingShards.withSizes(TestingShards.policy(2), sizes), TestingShards.hosts(8));
        EndpointId only = sharding.shardOf("small").hosts().getFirst();

        BlastRadius radius = BlastRadius.of(sharding, List.of(only, new EndpointId("no-host")));

        assertThat(radius.failing()).containsExactly(only);
        assertThat(radius.elsewhere()).containsExactly(new EndpointId("no-host"));
        assertThat(radius.known()).isEqualTo(new BlastRadius.Known(2, List.of("small"), List.of("large")));
    }

    @Test
    void whoHasNoEndpointsLosesNone() {
        BlastRadius radius = BlastRadius.of(TestingShards.sharding(0, 2), List.of(TestingShards.id(1)));

        assertThat(radius.actual()).isEqualTo(new BlastRadius.Share(0, 0, 1));
        assertThat(radius.expected()).isEqualTo(new BlastRadius.Share(0, 0, 1));
    }

    @Test
    void whomAChangeHasReachedCountsWithWhatItGives() {
        ShuffleShard one = TestingShards.policy(1);
        List<ShardHost> hosts = TestingShards.hosts(10);
        List<EndpointId> failing = List.of(TestingShards.id(3));
        double before =
                BlastRadius.of(Sharding.of(one, hosts), failing).actual().all();

        double half = BlastRadius.of(Sharding.of(TestingShards.towardsSize(one, 2, 50), hosts), failing)
                .actual()
                .all();
        double whole = BlastRadius.of(Sharding.of(TestingShards.towardsSize(one, 2, 100), hosts), failing)
                .actual()
                .all();

        assertThat(before).isCloseTo(0.1, within(0.02));
        assertThat(half).isCloseTo(before / 2, within(1e-9));
        assertThat(whole).isZero();
    }

    @Test
    void aCustomersOwnShardIsTheOneThatCounts() {
        SortedMap<String, ShuffleShard.Customer> customers = new TreeMap<>();
        String pinned = TestingShards.id(5).value();
        customers.put(
                "pinned",
                new ShuffleShard.Customer(
                        Optional.of(1), Optional.empty(), List.of(pinned), List.of(), Optional.empty()));
        Sharding sharding = Sharding.of(TestingShards.policy(2).with(customers), TestingShards.hosts(8));

        assertThat(BlastRadius.of(sharding, List.of(TestingShards.id(5)))
                        .known()
                        .all())
                .containsExactly("pinned");
        assertThat(BlastRadius.of(sharding, List.of(TestingShards.id(4)))
                        .known()
                        .all())
                .isEmpty();
    }

    private static double asked(Sharding sharding, Set<EndpointId> lost, int least, int most) {
        return IntStream.range(0, CUSTOMERS)
                        .mapToLong(i -> sharding.shardOf("customer-" + i).hosts().stream()
                                .filter(lost::contains)
                                .count())
                        .filter(gone -> gone >= least && gone <= most)
                        .count()
                / (double) CUSTOMERS;
    }
}
