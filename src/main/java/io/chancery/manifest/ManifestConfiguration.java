package io.chancery.manifest;

import io.chancery.registry.EndpointRegistry;
import io.chancery.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ManifestConfiguration {

    @Bean
    ManifestRegistry manifestRegistry(Store store, EndpointRegistry registry, MeterRegistry meters) {
        return new ManifestRegistry(store, ServiceDirectory.of(registry), InstantSource.system(), meters);
    }
}
