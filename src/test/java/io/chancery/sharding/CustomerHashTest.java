package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomerHashTest {

    /** FNV-1a of the published test vectors, whose upper half is folded in. */
    @ParameterizedTest(name = "FNV-1a of \"{0}\" is {1}")
    @CsvSource({"'', 811c9dc5", "a, e40c292c", "foobar, bf9cf968"})
    void theHashIsFnvFolded(String key, String fnv) {
        long hash = Long.parseLong(fnv, 16);

        assertThat(CustomerHash.of(key)).isEqualTo(hash ^ (hash >>> 16));
    }

    @Test
    void customersSpreadOverTheShards() {
        int[] customers = new int[64];
        IntStream.range(0, 64_000).forEach(i -> customers[CustomerHash.shardOf("customer-" + i, 64)]++);

        assertThat(Arrays.stream(customers))
                .allSatisfy(count -> assertThat(count).isBetween(800, 1_200));
    }
}
