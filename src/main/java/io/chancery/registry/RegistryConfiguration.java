package io.chancery.registry;

import io.chancery.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RegistryConfiguration {

    @Bean
    EndpointRegistry endpointRegistry(Store store, RegistryProperties properties, MeterRegistry meters) {
        EndpointRegistry registry = new EndpointRegistry(store, properties.maxEndpointsPerService(), meters);
        registry.setPolicies(ServicePolicies.uniform(properties.policy()));
        return registry;
    }

    @Bean
    HealthLedger healthLedger(EndpointRegistry registry) {
        return new HealthLedger(registry);
    }

    @Bean
    Liveness liveness(EndpointRegistry registry, HealthLedger ledger, MeterRegistry meters) {
        Liveness liveness = new Liveness(registry, ledger, InstantSource.system(), meters);
        liveness.start(Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("liveness").daemon().factory()));
        return liveness;
    }
}
