package io.chancery.rest;

import io.chancery.redis.RedisMasters;
import io.chancery.xds.ClientStreams;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FailoverConfiguration {

    @Bean
    FailoverTimer failoverTimer(RedisMasters masters, ClientStreams streams, MeterRegistry meters) {
        FailoverTimer timer = new FailoverTimer(streams, meters);
        masters.addListener(timer);
        return timer;
    }
}
