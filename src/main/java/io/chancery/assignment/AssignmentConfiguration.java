package io.chancery.assignment;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.registry.EndpointRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AssignmentConfiguration {

    @Bean
    Assignments assignments(ManifestRegistry manifests, EndpointRegistry endpoints, MeterRegistry meters) {
        return new Assignments(manifests, endpoints, meters);
    }
}
