package io.chancery.model;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address that an Envoy can connect to. Host names are refused: Envoy rejects a whole endpoint
 * assignment for the sake of one name in it.
 *
 * @param value the canonical form: dotted decimal, or RFC 5952 without brackets; an IPv4-mapped IPv6 address becomes
 *     the IPv4 address it stands for
 */
public record IpAddress(String value) implements Comparable<IpAddress> {

    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final Pattern IPV6_ALPHABET = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    /** The last label begins with a letter, or else it is an address that somebody got wrong. */
    private static final Pattern HOST_NAME =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_-]*\\.)*[A-Za-z_][A-Za-z0-9_-]*\\.?");

    private static final int MAX_HOST_NAME = 253;

    public IpAddress {
        value = canonical(value);
    }

    public boolean isIpv6() {
        return value.indexOf(':') >= 0;
    }

    private static String canonical(String text) {
        if (isUnicastIpv4(text)) {
            return text;
        }
        InetAddress address = parse(text);
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new InvalidValueException("address", "must be one that can be connected to, not a wildcard or group");
        }
        return switch (address) {
            case Inet4Address ipv4 -> ipv4.getHostAddress();
            case Inet6Address ipv6 -> rfc5952(ipv6.getAddress());
            default -> throw new IllegalStateException("neither IPv4 nor IPv6: " + address.getClass());
        };
    }

    /** The common case, without a pattern and without an object: canonical as it is, and neither wildcard nor group. */
    private static boolean isUnicastIpv4(String text) {
        int parts = 0;
        int at = 0;
        while (parts < 4) {
            int begin = at;
            int number = 0;
            while (at < text.length() && at - begin < 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                number = 10 * number + text.charAt(at++) - '0';
            }
            boolean leadingZero = at - begin > 1 && text.charAt(begin) == '0';
            if (at == begin || leadingZero || number > 255 || (parts == 0 && (number == 0 || number >= 224))) {
                return false;
            }
            parts++;
            if (parts < 4 && (at == text.length() || text.charAt(at++) != '.')) {
                return false;
            }
        }
        return at == text.length();
    }

    private static InetAddress parse(String text) {
        if (IPV4.matcher(text).matches()
                || (text.indexOf(':') >= 0 && IPV6_ALPHABET.matcher(text).matches())) {
            try {
                return InetAddress.ofLiteral(text);
            } catch (IllegalArgumentException e) {
                throw notAnAddress();
            }
        }
        if (text.length() <= MAX_HOST_NAME && HOST_NAME.matcher(text).matches()) {
            throw new InvalidValueException(
                    "address",
                    "must be an IP address; a host name needs a service whose manifest declares DNS discovery,"
                            + " as an endpoint assignment with a name in it is refused by Envoy as a whole");
        }
        throw notAnAddress();
    }

    private static InvalidValueException notAnAddress() {
        return new InvalidValueException("address", "must be an IPv4 or IPv6 address, for example 10.0.0.1 or ::1");
    }

    /** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as {@code ::}. */
    private static String rfc5952(byte[] bytes) {
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < 8; start++) {
            int length = 0;
            while (start + length < 8 && group(bytes, start + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = start;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(bytes, i)));
            }
        }
        return text.toString();
    }

    private static int group(byte[] bytes, int index) {
        return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
    }

    @Override
    public int compareTo(IpAddress other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
