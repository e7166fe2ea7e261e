package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Fnv1aTest {

    /** The published vectors, folded. */
    @ParameterizedTest(name = "FNV-1a of \"{0}\" is {1}")
    @CsvSource({"'', 811c9dc5", "a, e40c292c", "foobar, bf9cf968"})
    void theUpperHalfIsFoldedIntoTheLowerOne(String text, String fnv) {
        long hash = Long.parseLong(fnv, 16);

        assertThat(Fnv1a.folded(text)).isEqualTo(hash ^ (hash >>> 16));
    }
}
