package io.chancery.rest;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.preview.Preview;
import io.chancery.registry.EndpointRegistry;
import io.chancery.snapshot.Compilation;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.xds.ClientStreams;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** What the controllers need around them: the real registry over a real store that forgets. */
@TestConfiguration(proxyBeanMethods = false)
@Import({RestConfiguration.class, ProblemHandler.class, ReceiptAdvice.class})
@EnableConfigurationProperties(RestProperties.class)
class RestSlice {

    static final int MAX_ENDPOINTS = 20;

    @Bean
    MeterRegistry meters() {
        return new SimpleMeterRegistry();
    }

    @Bean(destroyMethod = "close")
    Store store(MeterRegistry meters) {
        return Stores.inMemory(InstantSource.system(), meters);
    }

    @Bean
    EndpointRegistry registry(Store store, MeterRegistry meters) {
        return new EndpointRegistry(store, MAX_ENDPOINTS, meters);
    }

    /** Nobody is connected. */
    @Bean
    ClientStreams clientStreams() {
        return new NoClientStreams();
    }

    @Bean
    Preview preview(ClientStreams streams, EndpointRegistry registry) {
        return new Preview(streams, Compilation.of(registry), Optional.empty(), InstantSource.system());
    }

    @Bean
    ManifestRegistry manifests(Store store, MeterRegistry meters) {
        return new ManifestRegistry(store, InstantSource.system(), meters);
    }
}
