package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DemoPropertiesTest {

    @Test
    void defaultsAreTheExamplesPorts() {
        assertThat(bind(Map.of()))
                .isEqualTo(new DemoProperties(5, Path.of("envoy.yaml"), Path.of("target/demo"), 10_000, 9901));
    }

    @Test
    void everyPropertyHasItsName() {
        assertThat(bind(Map.of(
                        "chancery.demo.upstreams", "7",
                        "chancery.demo.bootstrap", "edge.yaml",
                        "chancery.demo.folder", "logs",
                        "chancery.demo.envoy-port", "0",
                        "chancery.demo.admin-port", "1")))
                .isEqualTo(new DemoProperties(7, Path.of("edge.yaml"), Path.of("logs"), 0, 1));
    }

    @Test
    void aMisspeltKeyIsNamed() {
        assertThatThrownBy(() -> bind(Map.of("chancery.demo.upstream", "7")))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining("chancery.demo.upstream");
    }

    private static DemoProperties bind(Map<String, String> properties) {
        Binder binder = new Binder(new MapConfigurationPropertySource(properties));
        return binder.bindOrCreate(
                "chancery.demo",
                Bindable.of(DemoProperties.class),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }
}
