package io.chancery.rollout;

import io.chancery.fleet.Fleet;
import io.chancery.manifest.ManifestRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RolloutConfiguration {

    @Bean
    FleetEvidence rolloutEvidence(Fleet fleet) {
        return new FleetEvidence(fleet);
    }

    /** @param clock the machine's unless there is another one */
    @Bean
    RolloutDriver rolloutDriver(
            ManifestRegistry registry,
            FleetEvidence evidence,
            ObjectProvider<InstantSource> clock,
            MeterRegistry meters) {
        RolloutDriver driver =
                new RolloutDriver(registry, evidence, clock.getIfAvailable(InstantSource::system), meters);
        driver.start(Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("rollout").daemon().factory()));
        return driver;
    }

    @Bean
    Rollouts rollouts(RolloutDriver driver, FleetEvidence evidence, Fleet fleet, ObjectProvider<InstantSource> clock) {
        return new Rollouts(driver, evidence, fleet, clock.getIfAvailable(InstantSource::system));
    }
}
