package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RegistryPropertiesTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void theDefaultsAre() {
        application.run(context -> assertThat(context.getBean(RegistryProperties.class))
                .isEqualTo(new RegistryProperties(32_768, 15, 50, Duration.ofSeconds(60))));
    }

    @Test
    void theNamesAre() {
        application
                .withPropertyValues(
                        "chancery.registry.max-endpoints-per-service=7",
                        "chancery.registry.preserved-share=8",
                        "chancery.registry.guarded-share=9",
                        "chancery.registry.guard-window=10s")
                .run(context -> assertThat(context.getBean(RegistryProperties.class))
                        .isEqualTo(new RegistryProperties(7, 8, 9, Duration.ofSeconds(10))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.registry.max-endpoints-per-service=0",
                "chancery.registry.max-endpoints-per-service=65537",
                "chancery.registry.preserved-share=101",
                "chancery.registry.guarded-share=-1",
                "chancery.registry.guard-window=0s",
                "chancery.registry.guard-window=2h",
                "chancery.registry.max-endpoint-per-service=1"
            })
    void whatCannotBeStopsTheStart(String setting) {
        application
                .withPropertyValues(setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @EnableConfigurationProperties(RegistryProperties.class)
    static class Settings {}
}
