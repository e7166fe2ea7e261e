package io.chancery.bootstrap;

import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

@Configuration(proxyBeanMethods = false)
class BootstrapConfiguration {

    @Bean
    XdsPort xdsPort() {
        return new XdsPort();
    }

    @Bean
    ApplicationListener<GrpcServerStartedEvent> xdsPortIsKnown(XdsPort port) {
        return started -> port.opened(started.getPort());
    }

    @Bean
    BootstrapDefaults bootstrapDefaults(BootstrapProperties properties, XdsPort port) {
        return new BootstrapDefaults(properties.toAddress(), port);
    }
}
