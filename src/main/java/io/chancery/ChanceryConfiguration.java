package io.chancery;

import io.chancery.registry.EndpointRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class ChanceryConfiguration {

    @Bean
    static SettingsCheck settingsCheck(ConfigurableEnvironment environment) {
        return new SettingsCheck(environment);
    }

    @Bean
    ReadyLine readyLine(Environment environment, EndpointRegistry registry) {
        return new ReadyLine(environment, registry, System.out);
    }
}
