package io.chancery.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomerHashTest {

    /** XXH64 of texts of each length that it treats otherwise, as the reference implementation gives them. */
    @ParameterizedTest(name = "XXH64 of \"{0}\" is {1}")
    @CsvSource({
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "customer-A, 0c14304c0169bff2",
        "exactly8, e1bd4384a095c974",
        "é and ü, ee55c852095cbffb",
        "a text that is just over 32 octets long, 1c530519ab653e83"
    })
    void theHashIsXxh64(String key, String hash) {
        assertThat(CustomerHash.of(key)).isEqualTo(Long.parseUnsignedLong(hash, 16));
    }

    @Test
    void customersSpreadOverTheShards() {
        int[] customers = new int[64];
        IntStream.range(0, 64_000).forEach(i -> customers[CustomerHash.part("customer-" + i, 64)]++);

        assertThat(Arrays.stream(customers))
                .allSatisfy(count -> assertThat(count).isBetween(800, 1_200));
    }
}
