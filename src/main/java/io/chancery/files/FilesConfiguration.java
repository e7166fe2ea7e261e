package io.chancery.files;

import io.chancery.manifest.ManifestRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FilesConfiguration {

    /** Does not count for the health as a whole, which knows only its own: what was good last is served. */
    private static final Status STALE = new Status("STALE", "A watched file is not in force; GET /v1/files says why");

    @Bean(destroyMethod = "close")
    FileSources fileSources(FilesProperties properties, ManifestRegistry registry, MeterRegistry meters) {
        FileSources sources = new FileSources(properties.files(), registry, InstantSource.system(), meters);
        sources.start();
        return sources;
    }

    /** The part {@code files} of the health answer. */
    @Bean
    HealthIndicator filesHealthIndicator(FileSources sources) {
        return () -> {
            long faulty = sources.faulty();
            return Health.status(faulty == 0 ? Status.UP : STALE)
                    .withDetail("watched", sources.watched())
                    .withDetail("faulty", faulty)
                    .build();
        };
    }
}
