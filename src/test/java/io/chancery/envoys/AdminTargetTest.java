package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chancery.model.InvalidValueException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTargetTest {

    @Test
    void anEnvoyIsNamedByItsNodeAndReachedByItsAddress() {
        assertThat(AdminTarget.parse("edge-1=http://10.0.0.5:9901"))
                .isEqualTo(new AdminTarget("edge-1", URI.create("http://10.0.0.5:9901")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "edge-1",
                "=http://10.0.0.5:9901",
                "edge-1=10.0.0.5:9901",
                "edge-1=file:///etc/passwd",
                "edge-1=http://",
                "edge-1=http://10.0.0.5:9901/stats",
                "edge-1=http://10.0.0.5:9901?x=y",
                "edge-1=http://user:word@10.0.0.5:9901",
                "edge-1=http://10.0 0.5"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> AdminTarget.parse(text))
                .withMessageContaining("edge-1=http://10.0.0.5:9901");
    }

    @Test
    void aNodeIsNamedOnce() {
        EnvoysProperties twice =
                new EnvoysProperties(List.of("a=http://10.0.0.5:1", "a=http://10.0.0.6:1"), Duration.ofSeconds(10));

        assertThatExceptionOfType(InvalidValueException.class).isThrownBy(twice::targets);
    }

    @Test
    void theIntervalHasBounds() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new EnvoysProperties(List.of(), Duration.ofMillis(999)));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new EnvoysProperties(List.of(), Duration.ofHours(2)));
    }
}
