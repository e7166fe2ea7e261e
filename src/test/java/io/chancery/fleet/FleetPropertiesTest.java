package io.chancery.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class FleetPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(FleetProperties.class)
    static class PropertiesOnly {}

    @Test
    void defaults() {
        runner.run(context -> assertThat(context.getBean(FleetProperties.class))
                .isEqualTo(new FleetProperties(QuarantineMode.ROLLBACK, 1)));
    }

    @Test
    void everyPropertyByName() {
        runner.withPropertyValues("chancery.quarantine=report", "chancery.quarantine-threshold=3")
                .run(context -> assertThat(context.getBean(FleetProperties.class))
                        .isEqualTo(new FleetProperties(QuarantineMode.REPORT, 3)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.quarantine=maybe",
                "chancery.quarantine-threshold=0",
                "chancery.quarantine-threshold=1001"
            })
    void whatCannotBeStopsTheStart(String property) {
        runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
    }
}
