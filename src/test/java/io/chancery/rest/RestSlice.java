package io.chancery.rest;

import io.chancery.envoys.EnvoyViews;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.preview.Preview;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.HealthLedger;
import io.chancery.registry.Liveness;
import io.chancery.snapshot.Compilation;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.LoadReports;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
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

    @Bean
    HealthLedger ledger(EndpointRegistry registry) {
        return new HealthLedger(registry);
    }

    /** Nothing ends by itself. */
    @Bean
    Liveness liveness(EndpointRegistry registry, HealthLedger ledger, MeterRegistry meters) {
        return new Liveness(registry, ledger, InstantSource.system(), meters);
    }

    /** No Envoy is asked. */
    @Bean
    EnvoyViews envoys(MeterRegistry meters) {
        return new EnvoyViews(List::of, meters);
    }

    /** No Envoy reports. */
    @Bean
    LoadReports loads() {
        return new LoadReports();
    }

    /** Nobody is connected. */
    @Bean
    ClientStreams clientStreams() {
        return new NoClientStreams();
    }

    @Bean
    ManifestRegistry manifests(Store store, EndpointRegistry registry, MeterRegistry meters) {
        return new ManifestRegistry(
                store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
    }

    @Bean
    Preview preview(ClientStreams streams, EndpointRegistry registry) {
        return new Preview(streams, Compilation.of(registry), Optional.empty(), InstantSource.system());
    }
}
