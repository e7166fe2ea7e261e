package io.chancery.model;

import java.util.Optional;

/**
 * How the probes of one endpoint differ from those of its service; Envoy's {@code Endpoint.health_check_config}.
 *
 * @param disabled whether it is not probed at all
 * @param port where it is probed, where that is not where it answers
 * @param host what an HTTP probe names as the host
 * @param path what an HTTP probe asks for
 */
public record EndpointProbe(boolean disabled, Optional<Integer> port, Optional<String> host, Optional<String> path) {

    public static final EndpointProbe SAME =
            new EndpointProbe(false, Optional.empty(), Optional.empty(), Optional.empty());

    private static final int MAX_TEXT = 1_024;

    public EndpointProbe {
        port.ifPresent(value -> {
            if (value < 1 || value > 65_535) {
                throw new InvalidValueException("probe.port", "must be 1..65535, was " + value);
            }
        });
        host.ifPresent(value -> check("probe.host", value));
        path.ifPresent(value -> {
            check("probe.path", value);
            if (!value.startsWith("/")) {
                throw new InvalidValueException("probe.path", "must begin with /, for example /healthz");
            }
        });
    }

    private static void check(String field, String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new InvalidValueException(field, "must be 1 to " + MAX_TEXT + " visible ASCII characters");
        }
    }
}
