package io.chancery.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Binds every port to 127.0.0.1 unless {@value #INSECURE_BIND} is true, and stops the start where an address says
 * otherwise: whoever reaches the ports may send all traffic of all Envoys anywhere.
 */
public final class LoopbackBinding implements EnvironmentPostProcessor, Ordered {

    static final String INSECURE_BIND = "chancery.insecure-bind";

    private static final String REST_ADDRESS = "server.address";
    private static final String XDS_ADDRESS = "spring.grpc.server.address";
    private static final String MANAGEMENT_ADDRESS = "management.server.address";
    private static final String MANAGEMENT_PORT = "management.server.port";
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (allowed(environment)) {
            return;
        }
        Map<String, Object> defaults = new LinkedHashMap<>();
        keepHome(environment, REST_ADDRESS, defaults);
        keepHome(environment, XDS_ADDRESS, defaults);
        // Spring refuses an address for a management port of its own where there is no such port.
        if (environment.getProperty(MANAGEMENT_PORT) != null) {
            keepHome(environment, MANAGEMENT_ADDRESS, defaults);
        }
        environment.getPropertySources().addLast(new MapPropertySource("loopback binding", defaults));
    }

    /** After the files are read, so that what they say counts. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    private static boolean allowed(ConfigurableEnvironment environment) {
        @Nullable String text = environment.getProperty(INSECURE_BIND);
        return switch (text == null ? "false" : text.strip()) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new UnsafeBindingException(INSECURE_BIND + " must be true or false", INSECURE_BIND);
        };
    }

    private static void keepHome(ConfigurableEnvironment environment, String property, Map<String, Object> defaults) {
        @Nullable String address = environment.getProperty(property);
        if (address == null || address.isBlank()) {
            defaults.put(property, LOOPBACK);
        } else if (!isLoopback(address)) {
            throw new UnsafeBindingException(
                    property + "=" + address + " would open a port to other machines, and no credentials protect it",
                    property);
        }
    }

    private static boolean isLoopback(String address) {
        try {
            return Arrays.stream(InetAddress.getAllByName(address)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
