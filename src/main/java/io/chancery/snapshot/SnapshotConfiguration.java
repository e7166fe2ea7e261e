package io.chancery.snapshot;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.registry.EndpointRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SnapshotConfiguration {

    @Bean
    SnapshotPublisher snapshotPublisher(
            EndpointRegistry registry,
            ManifestRegistry manifests,
            Quarantine quarantine,
            SnapshotProperties properties,
            MeterRegistry meters) {
        return new SnapshotPublisher(
                registry, manifests, quarantine, properties.holdOff().toHoldOff(), properties.ledsThreshold(), meters);
    }

    @Bean
    Compilation compilation(EndpointRegistry registry) {
        return Compilation.of(registry);
    }
}
