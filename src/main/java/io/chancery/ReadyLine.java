package io.chancery;

import io.chancery.registry.EndpointRegistry;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/** Prints one line when both ports serve, which scripts wait for. */
final class ReadyLine implements SmartApplicationListener {

    private static final String LOOPBACK = "127.0.0.1";

    private final Environment environment;
    private final EndpointRegistry registry;
    private final PrintStream out;

    private volatile int xdsPort = -1;

    ReadyLine(Environment environment, EndpointRegistry registry, PrintStream out) {
        this.environment = environment;
        this.registry = registry;
        this.out = out;
    }

    @Override
    public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
        return GrpcServerStartedEvent.class.isAssignableFrom(type)
                || ApplicationReadyEvent.class.isAssignableFrom(type);
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof GrpcServerStartedEvent started && started.getPort() > 0) {
            xdsPort = started.getPort();
        } else if (event instanceof ApplicationReadyEvent) {
            out.println(line());
        }
    }

    private String line() {
        return "Chancery is ready: http://" + host("server.address") + ':'
                + environment.getProperty("local.server.port")
                + " (REST), " + host("spring.grpc.server.address") + ':' + xdsPort + " (xDS), store "
                + environment.getProperty("chancery.store", "sqlite") + " at revision "
                + registry.view().revision().value();
    }

    /** An address at which this machine itself finds the port. */
    private String host(String property) {
        @Nullable String address = environment.getProperty(property);
        if (address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::")) {
            return LOOPBACK;
        }
        return address.indexOf(':') < 0 ? address : '[' + address + ']';
    }
}
