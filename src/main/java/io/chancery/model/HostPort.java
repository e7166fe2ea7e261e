package io.chancery.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address and a TCP port.
 *
 * @param port 1 to 65535
 */
public record HostPort(IpAddress address, int port) {

    private static final int MAX_TEXT = 300;
    private static final Pattern TEXT = Pattern.compile("(?:\\[(?<ipv6>[^\\[\\]]*)]|(?<host>[^:\\[\\]]*)):(?<port>.*)");
    private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");

    public HostPort {
        if (port < 1 || port > 65_535) {
            throw new InvalidValueException("port", "must be 1..65535, was " + port);
        }
    }

    /**
     * Parses {@code 10.0.0.1:8080} or {@code [::1]:8080}.
     *
     * @throws InvalidValueException naming what is wrong with the text, never with the whole of it
     */
    public static HostPort parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw malformed();
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw malformed();
        }
        String ipv6 = parts.group("ipv6");
        String host = ipv6 != null ? ipv6 : parts.group("host");
        if (host.isEmpty()) {
            throw new InvalidValueException("endpoint", "has no address; give one like 10.0.0.1:8080");
        }
        if (ipv6 != null && ipv6.indexOf(':') < 0) {
            throw new InvalidValueException("endpoint", "has something in brackets that is not an IPv6 address");
        }
        String port = parts.group("port");
        if (!PORT.matcher(port).matches()) {
            throw new InvalidValueException("endpoint", "must end in a decimal port of 1..65535, like 10.0.0.1:8080");
        }
        return new HostPort(new IpAddress(host), Integer.parseInt(port));
    }

    private static InvalidValueException malformed() {
        return new InvalidValueException("endpoint", "must be IP:PORT, for example 10.0.0.1:8080 or [::1]:8080");
    }

    /** Returns the text that {@link #parse} takes, with the address in its canonical form. */
    @Override
    public String toString() {
        return address.isIpv6() ? "[" + address + "]:" + port : address + ":" + port;
    }
}
