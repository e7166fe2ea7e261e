package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chancery.documentation.MarkdownTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The numbers in {@code docs/shuffle-sharding.md} are those that the functions give. */
class ShardingDocumentTest {

    private static final int CUSTOMERS = 20_000;

    @Test
    void whatTwoCustomersHaveInCommonIsComputed() throws IOException {
        for (List<String> row : rows("endpoints | size | shards")) {
            int hosts = Integer.parseInt(row.get(0));
            int size = Integer.parseInt(row.get(1));
            double nothing = Odds.sharing(hosts, size, 0);
            double all = Odds.sharing(hosts, size, size);

            assertThat(row.subList(2, 6))
                    .as("%s endpoints, shards of %s", hosts, size)
                    .containsExactly(
                            Odds.shards(hosts, size).toString(),
                            written(nothing),
                            written(1 - nothing - all),
                            written(all));
        }
    }

    @Test
    void whatAFailureCostsIsComputed() throws IOException {
        for (List<String> row : rows("endpoints | size | failing")) {
            int hosts = Integer.parseInt(row.get(0));
            int size = Integer.parseInt(row.get(1));
            int failing = Integer.parseInt(row.get(2));
            double all = Odds.losingAll(hosts, size, failing);
            double none = Odds.losingNone(hosts, size, failing);

            assertThat(row.subList(3, 6))
                    .as("%s of %s endpoints, shards of %s", failing, hosts, size)
                    .containsExactly(written(all), written(1 - all - none), written(none));
        }
    }

    @Test
    void whoMovesIsComputed() throws IOException {
        for (List<String> row : rows("from")) {
            Moves moves = Moves.between(
                    TestingShards.sharding(Integer.parseInt(row.get(0)), Integer.parseInt(row.get(2))),
                    TestingShards.sharding(Integer.parseInt(row.get(1)), Integer.parseInt(row.get(3))));

            double[] computed = {moves.moved(), moves.keepingSome(), moves.keepingAll()};
            for (int i = 0; i < computed.length; i++) {
                assertThat(Double.parseDouble(row.get(4 + i)))
                        .as("%s; computed %s", row, moves)
                        .isCloseTo(computed[i], within(0.02));
            }
        }
    }

    @Test
    void howManyVirtualShardsAPairHasIsComputed() throws IOException {
        Set<Set<Integer>> original = new HashSet<>();
        IntStream.range(0, CUSTOMERS)
                .forEach(i -> original.add(new HashSet<>(OriginalShards.of("customer-" + i, 8, 2))));
        for (List<String> row : rows("virtual shards")) {
            Distribution.Sets sets = Distribution.of(Sharding.of(
                            TestingShards.policy(2, Integer.parseInt(row.get(0)), 0), TestingShards.hosts(8)))
                    .sets();

            assertThat(row.subList(1, 5))
                    .as("%s virtual shards", row.get(0))
                    .containsExactly(
                            Integer.toString(sets.distinct()),
                            "%.0f".formatted(sets.virtualShards().min()),
                            "%.0f".formatted(sets.virtualShards().max()),
                            Integer.toString(original.size()));
        }
    }

    private static List<List<String>> rows(String head) throws IOException {
        List<List<String>> rows = MarkdownTable.rows("shuffle-sharding.md", head);
        assertThat(rows).isNotEmpty();
        return rows;
    }

    private static String written(double share) {
        return share < 1e-12 ? "0.00" : String.format(Locale.ROOT, "%.3g", share);
    }
}
