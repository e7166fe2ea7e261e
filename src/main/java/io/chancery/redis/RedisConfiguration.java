package io.chancery.redis;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.registry.EndpointRegistry;
import io.chancery.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

    @Bean(destroyMethod = "close")
    LettuceClients lettuceClients() {
        return new LettuceClients();
    }

    @Bean(destroyMethod = "close")
    RedisMasters redisMasters(
            ManifestRegistry manifests,
            EndpointRegistry registry,
            Store store,
            LettuceClients clients,
            MeterRegistry meters) {
        // Bounded by what is given to them: a question for each node and Sentinel, a decision for each master.
        ExecutorService workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("chancery-redis-", 0).factory());
        ScheduledThreadPoolExecutor agenda = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("chancery-redis").daemon().factory());
        agenda.setRemoveOnCancelPolicy(true);
        RedisMasters masters = new RedisMasters(
                new RedisMasters.Sources(manifests, registry, new MasterLedger(store)),
                watched -> new LettuceLinks(watched, clients.resources(), workers),
                new RedisMasters.Threads(workers, agenda),
                InstantSource.system(),
                meters);
        masters.start();
        return masters;
    }
}
