package io.chancery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingsCheckTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Checked.class);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery.sample.max-size=1",
                "chancery.sample.maxSize=1",
                "chancery.sample.max_size=1",
                "chancery.sample.names[0]=a",
                "chancery.sample.labels.anything=a",
                "chancery.sample.nested.wait-for=1s",
                "chancery.insecure-bind=false",
                "other.key=x"
            })
    void whatExistsMayBeSet(String setting) {
        application
                .withPropertyValues(setting)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "chancery.sample.max-sise=1, chancery.sample.max-size",
        "chancery.smaple.max-size=1, chancery.sample.max-size",
        "chancery.sample.nested.wait=1s, chancery.sample.nested.wait-for",
        "chancery.insecurebinding=true, chancery.insecure-bind",
        "chancery.sample.nested=1, chancery.sample.names"
    })
    void whatDoesNotExistStopsTheStartWithTheNearestName(String setting, String nearest) {
        application
                .withPropertyValues(setting)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining(setting.substring(0, setting.indexOf('=')))
                        .hasMessageContaining("did you mean " + nearest + "?"));
    }

    @Test
    void nothingIsSuggestedWhereNothingIsNear() {
        application
                .withPropertyValues("chancery.colour-of-the-sky=blue")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("chancery.colour-of-the-sky")
                        .message()
                        .doesNotContain("did you mean"));
    }

    @Test
    void allThatDoNotExistAreNamedAtOnce() {
        application
                .withPropertyValues("chancery.one=1", "chancery.two=2")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("chancery.one")
                        .hasMessageContaining("chancery.two"));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "CHANCERY_SAMPLE_MAXSIZE, true",
        "CHANCERY_SAMPLE_MAX_SIZE, true",
        "CHANCERY_SAMPLE_NAMES_0, true",
        "CHANCERY_SAMPLE_LABELS_ANYTHING, true",
        "CHANCERY_INSECURE_BIND, true",
        "CHANCERY_INSECUREBIND, true",
        "CHANCERY_SERVICE_HOST, true",
        "CHANCERY_SERVICE_PORT_REST, true",
        "CHANCERY_PORT_5000_TCP_ADDR, true",
        "CHANCERY_SAMPLE_MAXSISE, false",
        "OTHER, true"
    })
    void variablesOfTheEnvironmentCountToo(String variable, boolean starts) {
        String value = variable.contains("INSECURE") ? "false" : "1";
        application
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .replace(
                                "systemEnvironment",
                                new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, value))))
                .run(context -> {
                    if (starts) {
                        assertThat(context).hasNotFailed();
                    } else {
                        assertThat(context).getFailure().hasMessageContaining(variable);
                    }
                });
    }

    @Test
    void theFailureSaysWhereAllSettingsAreListed() {
        var analysis = Objects.requireNonNull(
                new UnknownSettingFailureAnalyzer().analyze(new UnknownSettingException(List.of("There is no x"))));

        assertThat(analysis.getDescription()).isEqualTo("There is no x");
        assertThat(analysis.getAction()).contains("docs/configuration.md");
    }

    @ConfigurationProperties("chancery.sample")
    record Sample(
            @DefaultValue("1") int maxSize,
            @DefaultValue List<String> names,
            @DefaultValue Map<String, String> labels,
            @DefaultValue Nested nested) {}

    record Nested(@DefaultValue("1s") Duration waitFor) {}

    @EnableConfigurationProperties(Sample.class)
    static class Checked {
        @Bean
        static SettingsCheck settingsCheck(ConfigurableEnvironment environment) {
            return new SettingsCheck(environment);
        }
    }
}
