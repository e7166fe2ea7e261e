package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ProbesPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ProbesProperties.class)
    static class PropertiesOnly {}

    @Test
    void defaults() {
        runner.run(context -> assertThat(context.getBean(ProbesProperties.class))
                .isEqualTo(new ProbesProperties(
                        List.of("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128"),
                        4_096,
                        6,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10))));
    }

    @Test
    void everyPropertyByName() {
        runner.withPropertyValues(
                        "chancery.probes.deny=10.0.0.0/8,::1/128",
                        "chancery.probes.at-once=10",
                        "chancery.probes.flap-limit=3",
                        "chancery.probes.flap-hold=5s",
                        "chancery.probes.longest-flap-hold=1m")
                .run(context -> assertThat(context.getBean(ProbesProperties.class))
                        .isEqualTo(new ProbesProperties(
                                List.of("10.0.0.0/8", "::1/128"),
                                10,
                                3,
                                Duration.ofSeconds(5),
                                Duration.ofMinutes(1))));
    }

    @Test
    void nothingNeedBeDenied() {
        runner.withPropertyValues("chancery.probes.deny=")
                .run(context -> assertThat(
                                context.getBean(ProbesProperties.class).deny())
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.probes.deny=10.0.0.1/8",
                "chancery.probes.deny=metadata.internal",
                "chancery.probes.at-once=0",
                "chancery.probes.flap-limit=0",
                "chancery.probes.flap-hold=0s",
                "chancery.probes.longest-flap-hold=1s",
                "chancery.probes.denied=10.0.0.0/8"
            })
    void whatCannotBeStopsTheStart(String property) {
        runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
    }
}
