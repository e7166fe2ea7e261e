package io.chancery.testing;

import io.chancery.ChanceryApplication;
import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** The whole server in this process, on free ports, with a store that forgets. */
public final class TestingApplication implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private TestingApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts it with these options, as on the command line. */
    public static TestingApplication start(String... options) {
        List<String> all =
                new ArrayList<>(List.of("--server.port=0", "--chancery.xds.port=0", "--chancery.store=memory"));
        all.addAll(List.of(options));
        return new TestingApplication(
                new SpringApplicationBuilder(ChanceryApplication.class).run(all.toArray(String[]::new)));
    }

    public int xdsPort() {
        return context.getBean(GrpcServerLifecycle.class).getPort();
    }

    /** Registers an endpoint, of a service that need not exist. */
    public void register(String service, String target) {
        context.getBean(EndpointRegistry.class)
                .register(new ServiceName(service), Endpoint.of(HostPort.parse(target)), Precondition.NONE);
    }

    @Override
    public void close() {
        context.close();
    }
}
