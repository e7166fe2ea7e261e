package io.chancery.envoys;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EnvoysConfiguration {

    @Bean
    EnvoyViews envoyViews(EnvoysProperties properties, MeterRegistry meters) {
        EnvoyViews views = new EnvoyViews(properties.targets(), meters);
        views.start(properties.interval());
        return views;
    }
}
