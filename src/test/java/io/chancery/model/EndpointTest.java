package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    private static final HostPort TARGET = HostPort.parse("10.0.0.1:80");

    @Test
    void aPlainEndpointIsNamedByItsAddress() {
        assertThat(Endpoint.of(TARGET))
                .isEqualTo(new Endpoint(
                        new EndpointId("10.0.0.1:80"), TARGET, 1, Locality.UNKNOWN, 0, Map.of(), EndpointState.ACTIVE));
    }

    @Test
    void theBoundsThemselvesAreAllowed() {
        assertThat(endpoint(65_535, 127, Map.of("k".repeat(128), "v".repeat(512)))
                        .weight())
                .isEqualTo(65_535);
        assertThat(endpoint(1, 0, entries(32)).metadata()).hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65_536, Integer.MAX_VALUE})
    void aWeightOutOfRangeIsRefused(int weight) {
        refused("weight", () -> endpoint(weight, 0, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 128, Integer.MAX_VALUE})
    void aPriorityOutOfRangeIsRefused(int priority) {
        refused("priority", () -> endpoint(1, priority, Map.of()));
    }

    @Test
    void metadataThatIsTooMuchIsRefused() {
        refused("metadata", () -> endpoint(1, 0, entries(33)));
        refused("metadata", () -> endpoint(1, 0, Map.of("", "v")));
        refused("metadata", () -> endpoint(1, 0, Map.of("k".repeat(129), "v")));
        refused("metadata", () -> endpoint(1, 0, Map.of("k", "v".repeat(513))));
        refused("metadata", () -> endpoint(1, 0, Map.of("k\n", "v")));
        refused("metadata", () -> endpoint(1, 0, Map.of("k", "\u0000")));
        refused("metadata", () -> endpoint(1, 0, Map.of("k", "\ud800")));
    }

    @Test
    void metadataIsSortedAndNobodyElsesToChange() {
        Map<String, String> given = new HashMap<>(Map.of("b", "2", "a", "1"));
        Endpoint endpoint = endpoint(1, 0, given);
        given.put("c", "3");

        assertThat(endpoint.metadata()).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(endpoint.metadata()).isUnmodifiable();
    }

    @Test
    void allWeightsOfAFullServiceFitEnvoysSum() {
        assertThat((long) Endpoint.MAX_WEIGHT * Endpoint.MAX_PER_SERVICE).isLessThanOrEqualTo(0xFFFF_FFFFL);
    }

    private static Endpoint endpoint(int weight, int priority, Map<String, String> metadata) {
        return new Endpoint(
                new EndpointId("a"), TARGET, weight, Locality.UNKNOWN, priority, metadata, EndpointState.ACTIVE);
    }

    private static Map<String, String> entries(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
    }

    private static void refused(String field, Runnable action) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(action::run)
                .satisfies(thrown -> assertThat(thrown.field()).isEqualTo(field));
    }
}
