package io.chancery.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class LoopbackBindingTest {

    @Test
    void bothPortsBindToThisMachineIfNothingIsSaid() {
        ConfigurableEnvironment environment = bound(Map.of());

        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
        assertThat(environment.getProperty("spring.grpc.server.address")).isEqualTo("127.0.0.1");
        assertThat(environment.getProperty("management.server.address")).isNull();
    }

    @Test
    void aManagementPortOfItsOwnBindsToThisMachineToo() {
        assertThat(bound(Map.of("management.server.port", "9000")).getProperty("management.server.address"))
                .isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1", "localhost"})
    void anotherLoopbackAddressMayBeChosen(String address) {
        assertThat(bound(Map.of("server.address", address)).getProperty("server.address"))
                .isEqualTo(address);
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "server.address, 0.0.0.0",
        "server.address, ::",
        "server.address, 192.0.2.1",
        "server.address, 'not a host'",
        "spring.grpc.server.address, 0.0.0.0",
        "spring.grpc.server.address, 192.0.2.1"
    })
    void anAddressThatOthersCanReachStopsTheStartAndIsNamed(String property, String address) {
        assertThatExceptionOfType(UnsafeBindingException.class)
                .isThrownBy(() -> bound(Map.of(property, address)))
                .withMessageContaining(property)
                .withMessageContaining(address);
    }

    @Test
    void aManagementAddressThatOthersCanReachStopsTheStart() {
        assertThatExceptionOfType(UnsafeBindingException.class)
                .isThrownBy(
                        () -> bound(Map.of("management.server.port", "9000", "management.server.address", "0.0.0.0")))
                .withMessageContaining("management.server.address");
    }

    @Test
    void whoSaysSoByNameBindsToAllInterfaces() {
        ConfigurableEnvironment environment = bound(Map.of("chancery.insecure-bind", "true"));

        assertThat(environment.getProperty("server.address")).isNull();
        assertThat(environment.getProperty("spring.grpc.server.address")).isNull();
    }

    @Test
    void whoSaysSoByNameMayGiveAnAddress() {
        assertThat(bound(Map.of("chancery.insecure-bind", "true", "server.address", "192.0.2.1"))
                        .getProperty("server.address"))
                .isEqualTo("192.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE!", "1"})
    void anythingButTrueAndFalseIsNoAnswer(String value) {
        assertThatExceptionOfType(UnsafeBindingException.class)
                .isThrownBy(() -> bound(Map.of("chancery.insecure-bind", value)))
                .withMessageContaining("chancery.insecure-bind");
    }

    @Test
    void theFailureSaysWhatToDo() {
        var analysis = Objects.requireNonNull(new UnsafeBindingFailureAnalyzer()
                .analyze(new UnsafeBindingException("server.address=0.0.0.0 would open a port", "server.address")));

        assertThat(analysis.getDescription()).contains("server.address=0.0.0.0");
        assertThat(analysis.getAction()).contains("chancery.insecure-bind=true", "server.address");
    }

    private static ConfigurableEnvironment bound(Map<String, Object> settings) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(settings)));
        new LoopbackBinding().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }
}
