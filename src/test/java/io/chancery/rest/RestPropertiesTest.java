package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class RestPropertiesTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void theDefaultsAre() {
        application.run(context -> assertThat(context.getBean(RestProperties.class))
                .isEqualTo(new RestProperties(DataSize.ofMegabytes(1), DataSize.ofMegabytes(16))));
    }

    @Test
    void theNamesAre() {
        application
                .withPropertyValues("chancery.rest.max-body=2KB", "chancery.rest.max-batch-body=3MB")
                .run(context -> assertThat(context.getBean(RestProperties.class))
                        .isEqualTo(new RestProperties(DataSize.ofKilobytes(2), DataSize.ofMegabytes(3))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.rest.max-body=0",
                "chancery.rest.max-body=1023B",
                "chancery.rest.max-body=65MB",
                "chancery.rest.max-body=-1",
                "chancery.rest.max-batch-body=1B",
                "chancery.rest.max-batch-body=257MB",
                "chancery.rest.max-bodies=1MB"
            })
    void whatCannotBeStopsTheStart(String setting) {
        application
                .withPropertyValues(setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @EnableConfigurationProperties(RestProperties.class)
    static class Settings {}
}
