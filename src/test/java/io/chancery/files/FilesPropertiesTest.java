package io.chancery.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class FilesPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(FilesProperties.class)
    static class PropertiesOnly {}

    @Test
    void defaults() {
        runner.run(context ->
                assertThat(context.getBean(FilesProperties.class)).isEqualTo(new FilesProperties(List.of())));
        runner.withPropertyValues("chancery.files=")
                .run(context ->
                        assertThat(context.getBean(FilesProperties.class)).isEqualTo(new FilesProperties(List.of())));
    }

    @Test
    void everyPropertyByName() {
        FilesProperties two = new FilesProperties(List.of("/etc/chancery", "config.yaml"));
        runner.withPropertyValues("chancery.files=/etc/chancery,config.yaml")
                .run(context ->
                        assertThat(context.getBean(FilesProperties.class)).isEqualTo(two));
        runner.withPropertyValues("chancery.files[0]=/etc/chancery", "chancery.files[1]=config.yaml")
                .run(context ->
                        assertThat(context.getBean(FilesProperties.class)).isEqualTo(two));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,a", "a,,b"})
    void whatCannotBeStopsTheStart(String files) {
        runner.withPropertyValues("chancery.files=" + files)
                .run(context -> assertThat(context).hasFailed());
    }
}
