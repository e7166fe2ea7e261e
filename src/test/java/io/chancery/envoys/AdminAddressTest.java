package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminAddressTest {

    @Test
    void anEnvoyIsNamedByItsNodeAndReachedByItsAddress() {
        assertThat(AdminAddress.parse("edge-1=http://10.0.0.5:9901").fixed())
                .contains(new AdminTarget("edge-1", URI.create("http://10.0.0.5:9901")));
    }

    @Test
    void manyEnvoysAreReachedWhereTheyAreConnectedFrom() {
        AdminAddress edges = AdminAddress.parse("edge-*=http://{address}:9901");

        assertThat(edges.fixed()).isEmpty();
        assertThat(edges.isFor("edge-")).isTrue();
        assertThat(edges.isFor("edge-7")).isTrue();
        assertThat(edges.isFor("core-1")).isFalse();
        assertThat(edges.of("edge-7", new IpAddress("10.0.0.7")))
                .isEqualTo(new AdminTarget("edge-7", URI.create("http://10.0.0.7:9901")));
        assertThat(edges.of("edge-7", new IpAddress("2001:db8::1")))
                .isEqualTo(new AdminTarget("edge-7", URI.create("http://[2001:db8::1]:9901")));
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
                "edge-1=http://10.0.0.5:9901#x",
                "edge-1=http://user:word@10.0.0.5:9901",
                "edge-1=http://10.0 0.5",
                "edge-*-1=http://{address}:9901",
                "edge-*=http://{address}:9901/stats",
                "edge-*=http://10.0.0.5/{address}",
                "edge-*=http://{address}@10.0.0.5:9901",
                "edge-*=http://x{address}:9901",
                "edge-*=http://{address}.internal:9901",
                "edge-*=http://{node}:9901"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> AdminAddress.parse(text))
                .withMessageContaining("edge-1=http://10.0.0.5:9901");
    }

    @Test
    void manyEnvoysCannotHaveOneAddress() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> AdminAddress.parse("edge-*=http://10.0.0.5:9901"))
                .withMessageContaining("{address}");
    }

    @Test
    void aNodeIsNamedOnce() {
        EnvoysProperties twice =
                new EnvoysProperties(List.of("a=http://10.0.0.5:1", "a=http://10.0.0.6:1"), Duration.ofSeconds(10));

        assertThatExceptionOfType(InvalidValueException.class).isThrownBy(twice::addresses);
    }

    @Test
    void theIntervalHasBounds() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new EnvoysProperties(List.of(), Duration.ofMillis(999)));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new EnvoysProperties(List.of(), Duration.ofHours(2)));
    }
}
