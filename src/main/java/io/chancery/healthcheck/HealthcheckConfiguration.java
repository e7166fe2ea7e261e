package io.chancery.healthcheck;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.HealthLedger;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class HealthcheckConfiguration {

    @Bean(destroyMethod = "close")
    Probes probes(
            EndpointRegistry registry,
            HealthLedger ledger,
            ManifestRegistry manifests,
            ProbesProperties properties,
            MeterRegistry meters) {
        Probes probes = new Probes(
                new Probes.Sources(registry, manifests, ledger::report),
                properties.toSettings(),
                workers(meters),
                new ProbeRounds.Surroundings(
                        InstantSource.system(), new SplittableRandom(), new HealthcheckMetrics(meters)));
        probes.start();
        return probes;
    }

    static Probes.Workers workers(MeterRegistry meters) {
        return new Probes.Workers(
                new ThreadAgenda(meters.config().clock()::monotonicTime),
                new Probers(),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("chancery-probe-", 0).factory()),
                // Its queue is as good as empty: it is given one task at a time.
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("chancery-verdicts").daemon().factory()));
    }
}
