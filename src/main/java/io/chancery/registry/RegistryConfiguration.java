package io.chancery.registry;

import io.chancery.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RegistryConfiguration {

    @Bean
    EndpointRegistry endpointRegistry(Store store, RegistryProperties properties, MeterRegistry meters) {
        return new EndpointRegistry(store, properties.maxEndpointsPerService(), meters);
    }

    @Bean
    HealthLedger healthLedger(EndpointRegistry registry) {
        return new HealthLedger(registry);
    }
}
