package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name in the domain name system, or an address, and a port.
 *
 * @param host 1 to 253 letters, digits, dots, hyphens and underscores, or an IPv6 address
 * @param port 1 to 65535
 */
public record HostName(String host, int port) {

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]{2,45})]|([A-Za-z0-9._-]{1,253})):([1-9]\\d{0,4})");

    public HostName {
        Bounds.port("", port);
    }

    /** Parses {@code db.internal:5432}. */
    public static HostName parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new InvalidValueException("", "must be HOST:PORT, for example db.internal:5432");
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new HostName(host, Integer.parseInt(parts.group(3)));
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ':' + port : "[" + host + "]:" + port;
    }
}
