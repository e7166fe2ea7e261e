package io.chancery.envoys;

import java.net.URI;

/**
 * The admin interface of one Envoy.
 *
 * @param node the id that its Envoy has for xDS
 * @param address with nothing behind the host and the port
 */
public record AdminTarget(String node, URI address) {}
