package io.chancery.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean(destroyMethod = "close")
    Store store(StoreProperties properties, MeterRegistry meters) {
        InstantSource clock = InstantSource.system();
        return switch (properties.store()) {
            case MEMORY -> Stores.inMemory(clock, meters);
            case SQLITE -> Stores.sqlite(properties.data(), clock, meters);
        };
    }

    @Bean
    DataDirectory dataDirectory(StoreProperties properties) {
        return new DataDirectory(
                switch (properties.store()) {
                    case MEMORY -> Optional.empty();
                    case SQLITE -> Optional.of(properties.data());
                });
    }

    /** The part {@code store} of the health answer. */
    @Bean
    HealthIndicator storeHealthIndicator(Store store) {
        return () -> store.fault()
                .map(fault -> Health.down().withDetail("fault", fault).build())
                .orElseGet(() -> Health.up().build());
    }
}
