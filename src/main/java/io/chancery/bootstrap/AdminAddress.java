package io.chancery.bootstrap;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an Envoy shows its admin pages.
 *
 * @param address an IP address without brackets; {@code 0.0.0.0} and {@code ::} stand for all that the machine has
 * @param port 0 to 65535; 0 takes a free one
 */
public record AdminAddress(String address, int port) {

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[(?<ipv6>[^\\[\\]]{1,45})]|(?<ipv4>[^:\\[\\]]{1,45})):(?<port>\\d{1,5})");
    private static final Set<String> ALL = Set.of("0.0.0.0", "::");
    private static final String RULE = "must be IP:PORT, for example 127.0.0.1:9901";

    /** Only the machine itself reaches it: whoever does can stop the Envoy. */
    public static final AdminAddress LOOPBACK = new AdminAddress("127.0.0.1", 9901);

    public AdminAddress {
        if (port < 0 || port > 65_535) {
            throw new InvalidValueException("admin", "must have a port of 0..65535");
        }
        if (!ALL.contains(address)) {
            address = canonical(address);
        }
    }

    /** Reads {@code IP:PORT}; an IPv6 address is in brackets. */
    public static AdminAddress parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new InvalidValueException("admin", RULE);
        }
        String address = parts.group("ipv6") == null ? parts.group("ipv4") : parts.group("ipv6");
        return new AdminAddress(address, Integer.parseInt(parts.group("port")));
    }

    private static String canonical(String address) {
        try {
            return new IpAddress(address).value();
        } catch (InvalidValueException e) {
            throw new InvalidValueException("admin", RULE);
        }
    }
}
