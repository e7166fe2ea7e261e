package io.chancery.manifest;

import io.chancery.registry.EndpointRegistry;
import io.chancery.store.Store;
import io.chancery.vault.SealedKeys;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ManifestConfiguration {

    @Bean
    ManifestRegistry manifestRegistry(
            Store store, EndpointRegistry registry, Vault vault, HistoryProperties history, MeterRegistry meters) {
        ManifestRegistry manifests = new ManifestRegistry(
                store, ServiceDirectory.of(registry), vault, InstantSource.system(), history.toRetention(), meters);
        registry.setPolicies(new ManifestPolicies(manifests, registry.policies().byDefault()));
        return manifests;
    }

    /** Manifests with something secret are sealed. */
    @Bean
    SealedKeys sealedManifests() {
        return new SealedKeys(Keys.PREFIX);
    }

    /** So are the changes that hold such manifests. */
    @Bean
    SealedKeys sealedHistory() {
        return new SealedKeys(HistoryCodec.PREFIX);
    }
}
