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
                .withPropertyValues("chancery.registry.max-endpoints-per-service=7")
                .run(context -> assertThat(context.getBean(RegistryProperties.class))
                        .isEqualTo(new RegistryProperties(7, 15, 50, Duration.ofSeconds(60))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.registry.max-endpoints-per-service=0",
                "chancery.registry.max-endpoints-per-service=65537",
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
