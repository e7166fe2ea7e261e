package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;

/** An address of the Envoy's machine that a listener binds to. */
public record BindAddress(IpAddress address) {

    /** Parses {@code 0.0.0.0}, {@code 127.0.0.1} or {@code ::}. */
    public static BindAddress parse(String text) {
        try {
            return new BindAddress(new IpAddress(text));
        } catch (InvalidValueException _) {
            throw new InvalidValueException("", "must be an IP address, for example 0.0.0.0, 127.0.0.1 or ::");
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
