package io.chancery.bootstrap;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Envoys find the xDS port.
 *
 * @param host an IP address in its canonical form without brackets, or a host name
 * @param port 1 to 65535
 */
public record XdsAddress(String host, int port) {

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[(?<ipv6>[^\\[\\]]*)]|(?<host>[^:\\[\\]]*)):(?<port>\\d{1,5})");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final int MAX_NAME = 253;
    private static final String RULE =
            "must be HOST:PORT, for example 10.0.0.7:18000, [::1]:18000 or xds.example.com:18000";

    public XdsAddress {
        if (port < 1 || port > 65_535) {
            throw new InvalidValueException("xds", "must have a port of 1..65535");
        }
        Optional<IpAddress> address = ip(host);
        host = address.map(IpAddress::value).orElse(host);
        if (address.isEmpty() && !isName(host)) {
            throw new InvalidValueException("xds", RULE);
        }
    }

    /** Reads {@code HOST:PORT}; an IPv6 address is in brackets. */
    public static XdsAddress parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (text.length() > MAX_NAME + 10 || !parts.matches()) {
            throw new InvalidValueException("xds", RULE);
        }
        String ipv6 = parts.group("ipv6");
        if (ipv6 != null && ipv6.indexOf(':') < 0) {
            throw new InvalidValueException("xds", RULE);
        }
        return new XdsAddress(ipv6 == null ? parts.group("host") : ipv6, Integer.parseInt(parts.group("port")));
    }

    /** Whether the host is an address, so that nothing is to be resolved. */
    boolean isIp() {
        return ip(host).isPresent();
    }

    private static Optional<IpAddress> ip(String host) {
        try {
            return Optional.of(new IpAddress(host));
        } catch (InvalidValueException e) {
            return Optional.empty();
        }
    }

    /** The last label begins with a letter, or else it is an address that somebody got wrong. */
    private static boolean isName(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return host.length() <= MAX_NAME && !Character.isDigit(labels[labels.length - 1].charAt(0));
    }
}
