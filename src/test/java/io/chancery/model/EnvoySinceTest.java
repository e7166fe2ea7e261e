package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvoySinceTest {

    @ParameterizedTest(name = "\"{0}\" \"{1}\": {2}")
    @CsvSource({
        "envoy, 1.36.0, true",
        "envoy, 1.36.4-dev, true",
        "envoy, 1.36, true",
        "envoy, 1.40.0, true",
        "envoy, 1.100.0, true",
        "envoy, 2.0.0, true",
        "envoy, 1.35.9, false",
        "envoy, 1.4.0, false",
        "envoy, 0.99.0, false",
        "envoy, '', false",
        "envoy, 1, false",
        "envoy, main, false",
        "envoy, 1.99999999999.0, false",
        "gRPC Java, 1.80.0, false",
        "'', 1.40.0, false",
        "'', '', false"
    })
    void isWhatSaysThatItIsAnEnvoyOfThatVersionOrANewerOne(String name, String version, boolean included) {
        Node node = new Node("edge-1", "edge", Locality.UNKNOWN, Map.of(), new Program(name, version));

        assertThat(new EnvoySince(1, 36).includes(node)).isEqualTo(included);
    }
}
