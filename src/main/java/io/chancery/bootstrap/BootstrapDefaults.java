package io.chancery.bootstrap;

import io.chancery.model.InvalidValueException;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Where an Envoy finds Chancery unless its request says it. */
public final class BootstrapDefaults {

    private final Optional<XdsAddress> configured;
    private final IntSupplier port;

    /**
     * @param configured empty for the host that a request is sent to
     * @param port of xDS
     */
    BootstrapDefaults(Optional<XdsAddress> configured, IntSupplier port) {
        this.configured = configured;
        this.port = port;
    }

    /**
     * Returns the address for a request.
     *
     * @param host that it was sent to, an IPv6 address with or without brackets
     * @throws InvalidValueException if none can be made of it
     */
    public XdsAddress xds(String host) {
        return configured.orElseGet(() -> {
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            try {
                return new XdsAddress(bracketed ? host.substring(1, host.length() - 1) : host, port.getAsInt());
            } catch (InvalidValueException e) {
                throw new InvalidValueException(
                        "xds", "must be given where the request's host is no address: HOST:PORT of the xDS port");
            }
        });
    }
}
