package io.chancery.envoys;

import io.chancery.xds.ClientStreams;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EnvoysConfiguration {

    @Bean
    EnvoyViews envoyViews(EnvoysProperties properties, ClientStreams streams, MeterRegistry meters) {
        ConnectedEnvoys connected = new ConnectedEnvoys(properties.addresses());
        streams.addListener(connected);
        EnvoyViews views = new EnvoyViews(connected, meters);
        if (!properties.admin().isEmpty()) {
            views.start(properties.interval());
        }
        return views;
    }
}
