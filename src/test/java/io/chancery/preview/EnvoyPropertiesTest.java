package io.chancery.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class EnvoyPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(EnvoyProperties.class)
    static class PropertiesOnly {}

    @Test
    void defaults() {
        runner.run(context -> assertThat(context.getBean(EnvoyProperties.class)).isEqualTo(new EnvoyProperties(null)));
    }

    @Test
    void everyPropertyByName(@TempDir Path folder) throws Exception {
        Path binary = Files.createFile(folder.resolve("envoy"));
        assertThat(binary.toFile().setExecutable(true)).isTrue();

        runner.withPropertyValues("chancery.envoy.binary=" + binary)
                .run(context ->
                        assertThat(context.getBean(EnvoyProperties.class)).isEqualTo(new EnvoyProperties(binary)));
    }

    @Test
    void whatCannotBeStartedStopsTheStart(@TempDir Path folder) throws Exception {
        Path plain = Files.createFile(folder.resolve("plain"));

        for (String value : new String[] {plain.toString(), folder.toString(), folder + "/missing"}) {
            runner.withPropertyValues("chancery.envoy.binary=" + value)
                    .run(context -> assertThat(context).hasFailed());
        }
        runner.withPropertyValues("chancery.envoy.binry=x")
                .run(context -> assertThat(context).hasFailed());
    }
}
