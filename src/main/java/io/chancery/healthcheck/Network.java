package io.chancery.healthcheck;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of addresses in CIDR notation (RFC 4632, RFC 4291). One of IPv4-mapped IPv6 addresses ({@code
 * ::ffff:10.0.0.0/104}) is the range of the IPv4 addresses that they stand for.
 */
final class Network {

    private static final Pattern TEXT = Pattern.compile(
            "([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|(?:0|[1-9]\\d{0,2})(?:\\.(?:0|[1-9]\\d{0,2})){3})/(0|[1-9]\\d{0,2})");
    private static final int MAPPED_BITS = 96;

    private final String text;
    private final byte[] address;
    private final int prefix;

    private Network(String text, byte[] address, int prefix) {
        this.text = text;
        this.address = address;
        this.prefix = prefix;
    }

    /** Parses {@code 169.254.0.0/16} or {@code fe80::/10}. */
    static Network parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw malformed();
        }
        byte[] address;
        try {
            address = InetAddress.ofLiteral(parts.group(1)).getAddress();
        } catch (IllegalArgumentException _) {
            throw malformed();
        }
        int prefix = Integer.parseInt(parts.group(2));
        if (parts.group(1).indexOf(':') >= 0 && address.length == 4) {
            prefix -= MAPPED_BITS;
        }
        if (prefix < 0 || prefix > 8 * address.length) {
            throw malformed();
        }
        byte[] base = masked(address, prefix);
        if (!Arrays.equals(base, address)) {
            throw new InvalidValueException("", "must have no bit set after its prefix: " + shown(base) + '/' + prefix);
        }
        return new Network(text, address, prefix);
    }

    private static InvalidValueException malformed() {
        return new InvalidValueException("", "must be networks, for example 169.254.0.0/16 or fe80::/10");
    }

    private static String shown(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("neither 4 nor 16 bytes", e);
        }
    }

    boolean contains(IpAddress other) {
        byte[] bytes = InetAddress.ofLiteral(other.value()).getAddress();
        return bytes.length == address.length && Arrays.equals(masked(bytes, prefix), address);
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = new byte[address.length];
        for (int i = 0; i < address.length; i++) {
            int bits = Math.clamp(prefix - 8L * i, 0, 8);
            masked[i] = (byte) (address[i] & (0xff << (8 - bits)));
        }
        return masked;
    }

    @Override
    public String toString() {
        return text;
    }
}
