package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MovesPropertyTest {

    private static final int CUSTOMERS = 20_000;

    @Test
    void nothingMovesWhereNothingChanges() {
        Moves moves = Moves.between(TestingShards.sharding(8, 2), TestingShards.sharding(8, 2));

        assertThat(moves).isEqualTo(new Moves(Moves.Basis.VIRTUAL_SHARDS, TestingShards.SHARDS, 0, 1, 1, 0, List.of()));
    }

    @Test
    void fourMoreHostsLeaveMostCustomersOneOfTheirTwo() {
        Moves moves = Moves.between(TestingShards.sharding(8, 2), TestingShards.sharding(12, 2));

        assertThat(moves.keepingSome()).isGreaterThan(0.85).isLessThan(1);
        assertThat(moves.keepingAll()).isLessThan(moves.keepingSome());
        assertThat(moves.moved()).isCloseTo(1 - moves.keepingAll(), within(1e-9));
    }

    @Test
    void aLargerSizeMovesAllAndTakesNothingFromAnybody() {
        Moves moves = Moves.between(TestingShards.sharding(12, 2), TestingShards.sharding(12, 3));

        assertThat(moves.moved()).isEqualTo(1);
        assertThat(moves.keepingAll()).isEqualTo(1);
    }

    @RepeatedTest(value = 8, name = "the shares are those of customers asked one by one, seed {currentRepetition}")
    void theSharesAreThoseOfCustomersAskedOneByOne(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Sharding before = any(random);
        Sharding after = any(random);

        Moves moves = Moves.between(before, after);

        int moved = 0;
        int some = 0;
        int all = 0;
        for (int i = 0; i < CUSTOMERS; i++) {
            Set<EndpointId> former =
                    new HashSet<>(before.shardOf("customer-" + i).hosts());
            Set<EndpointId> later = new HashSet<>(after.shardOf("customer-" + i).hosts());
            moved += former.equals(later) ? 0 : 1;
            all += later.containsAll(former) ? 1 : 0;
            former.retainAll(later);
            some += former.isEmpty() ? 0 : 1;
        }
        assertThat(moves.moved()).isCloseTo((double) moved / CUSTOMERS, within(0.025));
        assertThat(moves.keepingSome()).isCloseTo((double) some / CUSTOMERS, within(0.025));
        assertThat(moves.keepingAll()).isCloseTo((double) all / CUSTOMERS, within(0.025));
    }

    private static Sharding any(Random random) {
        ShuffleShard policy = TestingShards.policy(1 + random.nextInt(3), 256 << random.nextInt(3), random.nextInt(2));
        return Sharding.of(
                random.nextBoolean() ? policy : TestingShards.towardsSize(policy, 1 + random.nextInt(4), 50),
                TestingShards.hosts(6 + random.nextInt(6)));
    }

    @Test
    void otherNumbersOfVirtualShardsAreComparedByCustomers() {
        Moves moves = Moves.between(
                Sharding.of(TestingShards.policy(2, 1_024, 0), TestingShards.hosts(8)),
                Sharding.of(TestingShards.policy(2, 1_000, 0), TestingShards.hosts(8)));

        assertThat(moves.basis()).isEqualTo(Moves.Basis.SAMPLED_CUSTOMERS);
        assertThat(moves.compared()).isEqualTo(CUSTOMERS);
        assertThat(moves.moved()).isGreaterThan(0.9);
    }

    @Test
    void aKnownCustomerThatMovesIsNamedWithWhatItKeeps() {
        SortedMap<String, Integer> sizes = new TreeMap<>();
        sizes.put("customer-A", 3);
        ShuffleShard policy = TestingShards.policy(2);
        Sharding before = Sharding.of(policy, TestingShards.hosts(12));
        Sharding after = Sharding.of(TestingShards.withSizes(policy, sizes), TestingShards.hosts(12));

        Moves moves = Moves.between(before, after);

        assertThat(moves.moved()).isZero();
        assertThat(moves.known()).isEqualTo(1);
        assertThat(moves.customers()).singleElement().satisfies(move -> {
            assertThat(move.customer()).isEqualTo("customer-A");
            assertThat(move.before()).hasSize(2);
            assertThat(move.after()).hasSize(3).containsAll(move.before());
            assertThat(move.kept()).isEqualTo(2);
        });
    }

    @Test
    void aHostThatGoesMovesAboutThoseWhoHadIt() {
        List<ShardHost> fewer = TestingShards.hosts(20).stream()
                .filter(host -> !host.id().equals(TestingShards.id(4)))
                .toList();
        Moves moves = Moves.between(TestingShards.sharding(20, 2), Sharding.of(TestingShards.policy(2), fewer));

        assertThat(moves.moved()).isBetween(0.09, 0.25);
    }
}
