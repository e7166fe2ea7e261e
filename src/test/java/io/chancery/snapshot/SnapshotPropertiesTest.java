package io.chancery.snapshot;

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

class SnapshotPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of())).isEqualTo(properties(0, 50, 0));
    }

    @Test
    void everyPropertyByName() {
        assertThat(bind(Map.of(
                        "chancery.snapshot.hold-off.quiet", "5ms",
                        "chancery.snapshot.hold-off.longest", "2s",
                        "chancery.snapshot.leds-threshold", "500")))
                .isEqualTo(properties(5, 2_000, 500));
    }

    @Test
    void aMisspeltNameIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("chancery.snapshot.hold-of.quiet", "5ms")))
                .isInstanceOf(BindException.class)
                .hasStackTraceContaining("chancery.snapshot.hold-of");
    }

    private static SnapshotProperties properties(long quietMillis, long longestMillis, int ledsThreshold) {
        return new SnapshotProperties(
                new SnapshotProperties.HoldOffProperties(
                        Duration.ofMillis(quietMillis), Duration.ofMillis(longestMillis)),
                ledsThreshold);
    }

    private static SnapshotProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(
                        "chancery.snapshot",
                        Bindable.of(SnapshotProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }
}
