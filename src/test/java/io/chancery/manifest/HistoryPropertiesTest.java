package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class HistoryPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(HistoryProperties.class)
    static class PropertiesOnly {}

    @Test
    void defaults() {
        runner.run(
                context -> assertThat(context.getBean(HistoryProperties.class).toRetention())
                        .isEqualTo(HistoryRetention.DEFAULT));
    }

    @Test
    void everyPropertyByName() {
        runner.withPropertyValues(
                        "chancery.history.max-entries=5",
                        "chancery.history.max-age=1h",
                        "chancery.history.max-size=2MB")
                .run(context -> assertThat(
                                context.getBean(HistoryProperties.class).toRetention())
                        .isEqualTo(new HistoryRetention(5, Duration.ofHours(1), 2 << 20)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.history.max-entries=0",
                "chancery.history.max-age=0s",
                "chancery.history.max-size=1KB",
                "chancery.history.max-entires=5"
            })
    void whatCannotBeStopsTheStart(String property) {
        runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
    }
}
