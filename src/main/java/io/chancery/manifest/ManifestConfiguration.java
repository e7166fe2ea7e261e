package io.chancery.manifest;

import io.chancery.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ManifestConfiguration {

    @Bean
    ManifestRegistry manifestRegistry(Store store, HistoryProperties history, MeterRegistry meters) {
        return new ManifestRegistry(store, InstantSource.system(), history.toRetention(), meters);
    }
}
