package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.util.Set;

/**
 * An address of the Envoy's machine that a listener binds to.
 *
 * @param value in canonical form; {@code 0.0.0.0} and {@code ::} stand for every address
 */
public record BindAddress(String value) {

    private static final Set<String> EVERY = Set.of("0.0.0.0", "::");

    public BindAddress {
        value = EVERY.contains(value) ? value : new IpAddress(value).value();
    }

    /** Parses {@code 0.0.0.0}, {@code 127.0.0.1} or {@code ::}. */
    public static BindAddress parse(String text) {
        try {
            return new BindAddress(text);
        } catch (InvalidValueException _) {
            throw new InvalidValueException("", "must be an IP address, for example 0.0.0.0, 127.0.0.1 or ::");
        }
    }

    /** Whether it is one that can be connected to. */
    boolean isOne() {
        return !EVERY.contains(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
