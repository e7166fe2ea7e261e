package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class XdsPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new XdsProperties(
                        18_000,
                        100_000,
                        Duration.ofSeconds(5),
                        true,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        true,
                        new XdsProperties.ConnectionProperties(
                                Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(1))));
    }

    @Test
    void everyPropertyByName() {
        assertThat(bind(Map.ofEntries(
                        Map.entry("chancery.xds.port", "1234"),
                        Map.entry("chancery.xds.max-streams", "7"),
                        Map.entry("chancery.xds.make-before-break-grace", "300ms"),
                        Map.entry("chancery.xds.endpoints-after-clusters", "false"),
                        Map.entry("chancery.xds.drain-time", "1s"),
                        Map.entry("chancery.xds.load-report-interval", "30s"),
                        Map.entry("chancery.xds.load-report-endpoints", "false"),
                        Map.entry("chancery.xds.connection.keepalive-time", "20s"),
                        Map.entry("chancery.xds.connection.keepalive-timeout", "3s"),
                        Map.entry("chancery.xds.connection.max-age", "4h"),
                        Map.entry("chancery.xds.connection.max-age-jitter", "5m"))))
                .isEqualTo(new XdsProperties(
                        1234,
                        7,
                        Duration.ofMillis(300),
                        false,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30),
                        false,
                        new XdsProperties.ConnectionProperties(
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(3),
                                Duration.ofHours(4),
                                Duration.ofMinutes(5))));
    }

    @Test
    void aMisspeltNameIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("chancery.xds.prot", "1234")))
                .isInstanceOf(BindException.class)
                .hasStackTraceContaining("chancery.xds.prot");
    }

    static XdsProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(
                        "chancery.xds",
                        Bindable.of(XdsProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }
}
