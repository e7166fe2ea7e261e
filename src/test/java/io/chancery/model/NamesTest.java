package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, localities and revisions: what may be written and what not. */
class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "myservice", "A.b-c_d", "0", "a1", "x.y"})
    void aServiceNameIsLettersAndDigitsWithMarksInside(String name) {
        assertThat(new ServiceName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", ".a", "a.", "_a", "a b", "a/b", "ä", "a\n", "a:b", "a%b"})
    void anotherServiceNameIsRefused(String name) {
        refused("service", () -> new ServiceName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "10.0.0.1:8080", "[::1]:80", "pod-7_x", "-", "."})
    void anEndpointIdMayBeAnAddressOrAnyName(String id) {
        assertThat(new EndpointId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä", "a\n", "a%b", "a?b", "a#b"})
    void anotherEndpointIdIsRefused(String id) {
        refused("id", () -> new EndpointId(id));
    }

    @Test
    void namesHaveAHundredAndTwentyEightCharactersAtMost() {
        assertThat(new ServiceName("a".repeat(128)).value()).hasSize(128);
        assertThat(new EndpointId("a".repeat(128)).value()).hasSize(128);
        refused("service", () -> new ServiceName("a".repeat(129)));
        refused("id", () -> new EndpointId("a".repeat(129)));
        refused("locality.region", () -> new Locality("a".repeat(129), "", ""));
    }

    @ParameterizedTest(name = "{0}/{1}/{2} -> {3}")
    @CsvSource({
        "'', a, '', locality.region",
        "a, '', b, locality.zone",
        "'', '', b, locality.zone",
        "'a b', '', '', locality.region",
        "a, 'b\t', '', locality.zone",
        "a, b, 'ä', locality.subZone"
    })
    void aLocalityWithAHoleOrAStrangeLetterIsRefused(String region, String zone, String subZone, String field) {
        refused(field, () -> new Locality(region, zone, subZone));
    }

    @Test
    void localitiesAreSortedFromTheLargestPartDown() {
        assertThat(new Locality("a", "b", "c"))
                .isLessThan(new Locality("a", "b", "d"))
                .isLessThan(new Locality("a", "c", ""))
                .isLessThan(new Locality("b", "", ""))
                .isGreaterThan(Locality.UNKNOWN);
    }

    @Test
    void aRevisionOnlyGrows() {
        assertThat(Revision.ZERO.next()).isEqualTo(new Revision(1));
        assertThat(new Revision(2)).isGreaterThan(new Revision(1));
        refused("revision", () -> new Revision(-1));
    }

    private static void refused(String field, Runnable action) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(action::run)
                .satisfies(thrown -> assertThat(thrown.field()).isEqualTo(field));
    }
}
