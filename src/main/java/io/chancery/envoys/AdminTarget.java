package io.chancery.envoys;

import io.chancery.model.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The admin interface of one Envoy.
 *
 * @param node the id that its Envoy has for xDS, 1 to {@value #MAX_NODE} printable characters
 * @param address http or https, a host, and nothing behind it
 */
public record AdminTarget(String node, URI address) {

    private static final int MAX_NODE = 200;
    private static final String FORM = "must be NODE=URL, for example edge-1=http://10.0.0.5:9901";

    public AdminTarget {
        if (node.isEmpty() || node.length() > MAX_NODE || node.chars().anyMatch(Character::isISOControl)) {
            throw malformed();
        }
        boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        boolean bare = address.getRawPath() == null
                || address.getRawPath().isEmpty()
                || address.getRawPath().equals("/");
        if (!http
                || address.getHost() == null
                || !bare
                || address.getRawQuery() != null
                || address.getUserInfo() != null) {
            throw malformed();
        }
    }

    /** @throws InvalidValueException if it is not of that form */
    static AdminTarget parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw malformed();
        }
        try {
            return new AdminTarget(
                    text.substring(0, equals).strip(),
                    new URI(text.substring(equals + 1).strip()));
        } catch (URISyntaxException _) {
            throw malformed();
        }
    }

    private static InvalidValueException malformed() {
        return new InvalidValueException("chancery.envoys.admin", FORM);
    }
}
