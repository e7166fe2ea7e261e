package io.chancery.snapshot;

import io.chancery.manifest.spec.Spec;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;

/**
 * Names of virtual hosts that are sent by themselves: {@code <route configuration>/<host>} (<a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_routing">virtual host discovery</a>).
 */
final class VirtualHosts {

    private VirtualHosts() {}

    /** A virtual host is asked for by each of its domains. */
    static List<String> aliases(Spec.RawResource raw) {
        if (raw.type() != ResourceType.VIRTUAL_HOST || !(raw.content() instanceof VirtualHost host)) {
            return List.of();
        }
        String prefix = raw.resourceName().substring(0, raw.resourceName().lastIndexOf('/') + 1);
        return host.getDomainsList().stream()
                .map(domain -> prefix + domain)
                .filter(alias -> !alias.equals(raw.resourceName()))
                .toList();
    }
}
