package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.Set;

/**
 * Protocols that are offered during the TLS handshake (RFC 7301), the preferred first.
 *
 * @param protocols empty for none
 */
public record Alpn(List<String> protocols) {

    private static final Set<String> KNOWN = Set.of("h2", "http/1.1");

    public Alpn {
        protocols = List.copyOf(protocols);
        if (!KNOWN.containsAll(protocols)) {
            throw new InvalidValueException("", "must be h2,http/1.1 or one of them, or none");
        }
    }

    /** Parses {@code h2,http/1.1}. */
    public static Alpn parse(String text) {
        return new Alpn(text.equals("none") ? List.of() : List.of(text.split(",", -1)));
    }

    @Override
    public String toString() {
        return protocols.isEmpty() ? "none" : String.join(",", protocols);
    }
}
