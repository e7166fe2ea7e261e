package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

@Profile("demo")
@Configuration(proxyBeanMethods = false)
class DemoConfiguration {

    @Bean
    Demo demo(DemoProperties properties) {
        return new Demo(properties, EnvoyBinary.ofThisMachine(), System.out::println);
    }

    /** Last of those that are told, so that the guide is the last thing printed. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ApplicationListener<ApplicationReadyEvent> demoStart(Demo demo, Environment environment) {
        return new DemoStart(demo, environment);
    }

    /** The context says that it closes before its web server stops, so the upstreams can still deregister. */
    @Bean
    ApplicationListener<ContextClosedEvent> demoStop(Demo demo) {
        return _ -> demo.stop();
    }

    private record DemoStart(Demo demo, Environment environment) implements ApplicationListener<ApplicationReadyEvent> {

        @Override
        public void onApplicationEvent(ApplicationReadyEvent event) {
            int restPort = environment.getRequiredProperty("local.server.port", Integer.class);
            int xdsPort = environment.getRequiredProperty("local.grpc.server.port", Integer.class);
            try {
                demo.start(URI.create("http://127.0.0.1:" + restPort), xdsPort);
            } catch (IOException e) {
                throw new IllegalStateException("the demo cannot start: " + e.getMessage(), e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
