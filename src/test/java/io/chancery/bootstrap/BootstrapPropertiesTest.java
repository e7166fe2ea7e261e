package io.chancery.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.model.InvalidValueException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class BootstrapPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(BootstrapProperties.class)
    static class PropertiesOnly {}

    @Test
    void defaults() {
        runner.run(context -> {
            BootstrapProperties properties = context.getBean(BootstrapProperties.class);
            assertThat(properties).isEqualTo(new BootstrapProperties(""));
            assertThat(properties.toAddress()).isEmpty();
        });
    }

    @Test
    void everyPropertyByName() {
        runner.withPropertyValues("chancery.bootstrap.xds-address=xds.example.com:18000")
                .run(context -> assertThat(
                                context.getBean(BootstrapProperties.class).toAddress())
                        .contains(new XdsAddress("xds.example.com", 18_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xds.example.com", "0.0.0.0:18000", "a:0"})
    void whatCannotBeStopsTheStart(String address) {
        runner.withPropertyValues("chancery.bootstrap.xds-address=" + address)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void whatIsConfiguredGoesBeforeTheRequestsHost() {
        XdsPort port = new XdsPort();
        port.opened(18_000);
        port.opened(-1);
        XdsAddress configured = new XdsAddress("xds.example.com", 443);

        assertThat(new BootstrapDefaults(Optional.of(configured), port).xds("10.0.0.7"))
                .isEqualTo(configured);
        BootstrapDefaults byRequest = new BootstrapDefaults(Optional.empty(), port);
        assertThat(byRequest.xds("10.0.0.7")).isEqualTo(new XdsAddress("10.0.0.7", 18_000));
        assertThat(byRequest.xds("[::1]")).isEqualTo(new XdsAddress("::1", 18_000));
        assertThatThrownBy(() -> byRequest.xds("no name"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("must be given");
    }
}
