package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"xdstp://a/t/pool/*", "xdstp://a/t/*", "xdstp:///t/pool/*?zone=1"})
    void aNameWhosePathEndsInAStarStandsForACollection(String name) {
        assertThat(GlobName.is(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "pool/*", "xdstp://a/t/pool/x", "xdstp://a/t/pool*", "xdstp://a/t/pool/x?y=/*", ""})
    void anyOtherNameDoesNot(String name) {
        assertThat(GlobName.is(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "xdstp://a/t/pool/x, xdstp://a/t/pool/*",
        "xdstp://a/t/pool/deeper/x, xdstp://a/t/pool/deeper/*",
        "xdstp://a/t/pool/x?zone=1, xdstp://a/t/pool/*?zone=1",
        "xdstp://a/t/pool/x?path=/y/z, xdstp://a/t/pool/*?path=/y/z",
    })
    void aResourceBelongsToTheCollectionOfItsPathWithItsParameters(String name, String glob) {
        assertThat(GlobName.of(name)).contains(glob);
        assertThat(GlobName.is(glob)).isTrue();
        assertThat(name).startsWith(GlobName.prefix(glob));
    }

    @Test
    void aPlainNameBelongsToNone() {
        assertThat(GlobName.of("pool/x")).isEmpty();
        assertThat(GlobName.of("xdstp://")).isEmpty();
    }
}
