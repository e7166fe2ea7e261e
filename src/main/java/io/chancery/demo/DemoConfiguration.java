package io.chancery.demo;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

@Profile("demo")
@Configuration(proxyBeanMethods = false)
class DemoConfiguration {

    /** Where packages put programs. */
    private static final List<String> USUAL = List.of("/usr/bin", "/usr/local/bin");

    @Bean
    @Profile("!redis-demo")
    Demo upstreamDemo(DemoProperties properties) {
        return new UpstreamDemo(properties, envoy(properties), System.out::println);
    }

    @Bean
    @Profile("redis-demo")
    Demo localRedisDemo(DemoProperties properties, Environment environment) {
        LocalRedis.Lists lists = new LocalRedis.Lists(
                environment.getProperty("REDIS_HOST_PORT_LIST", ""),
                environment.getProperty("REDIS_SENTINEL_LIST", ""),
                environment.getProperty("REDIS_MASTER_NAME", "mymaster"));
        SearchPath programs = new SearchPath(Objects.toString(System.getenv("PATH"), "")
                + File.pathSeparator
                + String.join(File.pathSeparator, USUAL));
        return new LocalRedisDemo(
                lists,
                new LocalRedis(programs, properties.folder()),
                envoy(properties),
                properties.adminPort(),
                System.out::println);
    }

    private static DemoEnvoy envoy(DemoProperties properties) {
        return new DemoEnvoy(EnvoyBinary.ofThisMachine(), properties.folder());
    }

    @Bean
    DemoStart demoStart(Demo demo, Environment environment) {
        return new DemoStart(demo, environment);
    }

    /** The context says that it closes before its web server stops, so the upstreams can still deregister. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ApplicationListener<ContextClosedEvent> demoStop(Demo demo) {
        return _ -> demo.stop();
    }

    /** Starts the demo when both ports serve; last of those that are told, so that the guide is the last thing printed. */
    static final class DemoStart {

        private final Demo demo;
        private final Environment environment;
        private volatile int xdsPort;

        DemoStart(Demo demo, Environment environment) {
            this.demo = demo;
            this.environment = environment;
        }

        @EventListener
        void xdsServes(GrpcServerStartedEvent event) {
            xdsPort = event.getPort();
        }

        @EventListener
        @Order(Ordered.LOWEST_PRECEDENCE)
        void bothServe(ApplicationReadyEvent ready) throws IOException, InterruptedException {
            int restPort = environment.getRequiredProperty("local.server.port", Integer.class);
            demo.start(URI.create("http://127.0.0.1:" + restPort), xdsPort);
        }
    }
}
