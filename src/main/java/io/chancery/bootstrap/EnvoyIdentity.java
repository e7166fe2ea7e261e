package io.chancery.bootstrap;

import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;

/**
 * Who an Envoy says that it is.
 *
 * @param node its id, 1 to {@value #MAX_LENGTH} printable characters
 * @param cluster likewise; Envoy insists on one
 */
public record EnvoyIdentity(String node, String cluster, Locality locality) {

    public static final int MAX_LENGTH = 200;

    public EnvoyIdentity {
        check("node", node);
        check("cluster", cluster);
    }

    private static void check(String field, String text) {
        if (text.isBlank()
                || text.length() > MAX_LENGTH
                || text.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            throw new InvalidValueException(
                    field, "must have 1 to " + MAX_LENGTH + " printable characters, for example edge-1");
        }
    }
}
