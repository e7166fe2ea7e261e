package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formulas, against counting all shards that there are, and against known numbers. */
class OddsTest {

    private static final double EXACT = 1e-9;

    @ParameterizedTest(name = "{0} hosts have {2} shards of {1}")
    @CsvSource({"8, 2, 28", "12, 3, 220", "12, 4, 495", "100, 4, 3921225", "5, 9, 1", "0, 2, 1", "3, 3, 1"})
    void theNumberOfShardsIsThatOfTheSets(int hosts, int size, long shards) {
        assertThat(Odds.shards(hosts, size)).isEqualTo(BigInteger.valueOf(shards));
    }

    @RepeatedTest(value = 20, name = "shards that are counted one by one, seed {currentRepetition}")
    void theSharesAreThoseThatAreCounted(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int hosts = 1 + random.nextInt(12);
        int size = 1 + random.nextInt(hosts);
        int failing = random.nextInt(hosts + 1);
        int[] shards = IntStream.range(0, 1 << hosts)
                .filter(set -> Integer.bitCount(set) == size)
                .toArray();
        int lost = (1 << failing) - 1;

        assertThat(Odds.losingAll(hosts, size, failing))
                .isCloseTo(share(shards, set -> Integer.bitCount(set & lost) == size), within(EXACT));
        assertThat(Odds.losingNone(hosts, size, failing))
                .isCloseTo(share(shards, set -> (set & lost) == 0), within(EXACT));
        for (int common = 0; common <= size + 1; common++) {
            int wanted = common;
            assertThat(Odds.sharing(hosts, size, common))
                    .isCloseTo(share(shards, set -> Integer.bitCount(set & shards[0]) == wanted), within(EXACT));
        }
    }

    @Test
    void manyHostsMakeNoNumberThatIsNone() {
        assertThat(Odds.losingAll(10_000, 5_000, 9_999)).isBetween(0.0, 1.0);
        assertThat(Odds.losingNone(10_000, 5_000, 1)).isCloseTo(0.5, within(EXACT));
        assertThat(IntStream.rangeClosed(0, 5_000)
                        .mapToDouble(common -> Odds.sharing(10_000, 5_000, common))
                        .sum())
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void whereThereAreNoHostsNobodyLosesAny() {
        assertThat(Odds.losingAll(0, 2, 0)).isZero();
        assertThat(Odds.losingNone(0, 2, 0)).isEqualTo(1);
    }

    private static double share(int[] shards, IntPredicate counted) {
        return (double) IntStream.of(shards).filter(counted).count() / shards.length;
    }
}
