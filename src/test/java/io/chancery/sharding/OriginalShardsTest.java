package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginalShardsTest {

    @ParameterizedTest(name = "{0} has {3} of {1}")
    @CsvSource({
        "customer-A, 8, 2, '0,1'",
        "customer-B, 8, 2, '5,6'",
        "customer-C, 8, 2, '2,3'",
        "customer-D, 8, 2, '7,0'",
        "customer-E, 8, 2, '3,4'",
        "'', 8, 2, '5,6'",
        "customer-A, 12, 3, '0,1,2'",
        "customer-B, 12, 4, '1,2,3,4'",
        "customer-C, 12, 2, '2,3'"
    })
    void theShardsAreThoseOfTheOriginal(String customer, int total, int size, String shard) {
        assertThat(OriginalShards.of(customer, total, size))
                .containsExactlyElementsOf(
                        Arrays.stream(shard.split(",")).map(Integer::valueOf).toList());
    }

    @ParameterizedTest(name = "{0} {1} goes to {2}")
    @CsvSource({
        "customer-A, /, 1",
        "customer-B, /, 6",
        "customer-C, /, 3",
        "customer-D, /, 0",
        "customer-E, /, 4",
        "customer-A, /orders, 0",
        "customer-D, /orders, 7"
    })
    void aPathGoesWhereTheOriginalSentIt(String customer, String path, int host) {
        assertThat(OriginalShards.choice(OriginalShards.of(customer, 8, 2), path))
                .isEqualTo(host);
    }

    @Test
    void thereAreOnlyAsManyShardsAsHosts() {
        Set<List<Integer>> shards = new HashSet<>();
        IntStream.range(0, 20_000).forEach(i -> shards.add(OriginalShards.of("id-" + i, 8, 2)));

        assertThat(shards).hasSize(8);
    }
}
