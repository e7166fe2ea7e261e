package io.chancery.envoys;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the admin interfaces of some Envoys are, as it is configured.
 *
 * @param nodes the id that an Envoy has for xDS, or with a {@code *} at the end the beginning of many
 * @param url http or https, a host and maybe a port, and nothing behind them; the host may be {@value #PEER}, which stands
 *     for the address from which the Envoy is connected, and must be that where many are meant
 */
record AdminAddress(String nodes, String url) {

    static final String PEER = "{address}";

    private static final String SETTING = "chancery.envoys.admin";
    private static final String FORM =
            "must be NODE=URL, for example edge-1=http://10.0.0.5:9901 or edge-*=http://{address}:9901";
    private static final IpAddress ANY_PEER = new IpAddress("::1");

    AdminAddress {
        try {
            NodeSelector _ = new NodeSelector(List.of(nodes), List.of(), Map.of(), Locality.UNKNOWN);
        } catch (InvalidValueException _) {
            throw malformed();
        }
        check(uri(url, ANY_PEER));
        if (isPattern(nodes) && !isOfPeer(url)) {
            throw new InvalidValueException(
                    SETTING,
                    "must have {address} for the host where * stands for many nodes, for example"
                            + " edge-*=http://{address}:9901");
        }
    }

    /** @throws InvalidValueException if it is not of the form {@code NODE=URL} */
    static AdminAddress parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw malformed();
        }
        return new AdminAddress(
                text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }

    /** What of it can be asked whoever is connected. */
    Optional<AdminTarget> fixed() {
        return isOfPeer(url) ? Optional.empty() : Optional.of(new AdminTarget(nodes, uri(url, ANY_PEER)));
    }

    /** The same for one of the nodes that are meant, which is connected from an address. */
    AdminTarget of(String node, IpAddress peer) {
        return new AdminTarget(node, uri(url, peer));
    }

    boolean isFor(String node) {
        return isPattern(nodes) ? node.startsWith(beginning()) : node.equals(nodes);
    }

    /** How exactly it says which nodes are meant: of two that are for the same node, the one with more counts. */
    int precision() {
        return isPattern(nodes) ? beginning().length() : Integer.MAX_VALUE;
    }

    private String beginning() {
        return nodes.substring(0, nodes.length() - 1);
    }

    private static boolean isPattern(String nodes) {
        return nodes.endsWith("*");
    }

    private static boolean isOfPeer(String url) {
        return url.contains(PEER);
    }

    private static URI uri(String url, IpAddress peer) {
        try {
            return new URI(url.replace(PEER, peer.isIpv6() ? '[' + peer.value() + ']' : peer.value()));
        } catch (URISyntaxException _) {
            throw malformed();
        }
    }

    /** The placeholder elsewhere than in the host's place makes no URL, or one with something behind the host. */
    private static void check(URI uri) {
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        boolean bare = uri.getRawPath() == null
                || uri.getRawPath().isEmpty()
                || uri.getRawPath().equals("/");
        boolean alone = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
        if (!http || uri.getHost() == null || !bare || !alone) {
            throw malformed();
        }
    }

    private static InvalidValueException malformed() {
        return new InvalidValueException(SETTING, FORM);
    }
}
