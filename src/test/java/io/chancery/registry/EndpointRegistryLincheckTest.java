package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Registering, removing and reading from several threads is as if they took turns. Under stress, not by model checking:
 * the checker cannot take the JDK's compiled patterns apart, and every name is checked by one.
 */
@Tag("concurrency")
@Param(name = "port", gen = IntGen.class, conf = "1:3")
public class EndpointRegistryLincheckTest {

    private static final ServiceName CART = new ServiceName("cart");
    private static final List<Endpoint> ENDPOINTS = List.of(endpoint(1), endpoint(2), endpoint(3));

    private final EndpointRegistry registry =
            new EndpointRegistry(new TestingStore(), 1_000, new SimpleMeterRegistry());

    @Operation
    public RegisterResult register(@Param(name = "port") int port) {
        return registry.register(CART, ENDPOINTS.get(port - 1), Precondition.NONE);
    }

    @Operation
    public DeregisterResult deregister(@Param(name = "port") int port) {
        return registry.deregister(CART, ENDPOINTS.get(port - 1).id(), Precondition.NONE);
    }

    @Operation
    public BatchResult swap(@Param(name = "port") int in, @Param(name = "port") int out) {
        if (in == out) {
            return registry.applyBatch(List.of(new RegistrationRequest.Register(CART, ENDPOINTS.get(in - 1))));
        }
        return registry.applyBatch(List.of(
                new RegistrationRequest.Register(CART, ENDPOINTS.get(in - 1)),
                new RegistrationRequest.Deregister(CART, ENDPOINTS.get(out - 1).id())));
    }

    @Operation
    public RegistryView read() {
        return registry.view();
    }

    @Test
    void isLinearizable() {
        new StressOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(10)
                .invocationsPerIteration(300)
                .check(getClass());
    }

    private static Endpoint endpoint(int port) {
        return Endpoint.of(HostPort.parse("10.0.0.1:" + port));
    }
}
