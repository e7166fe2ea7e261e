package io.chancery.envoys;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code chancery.envoys}.
 *
 * @param admin Envoys' admin interfaces, {@code NODE=URL} each; none by default. A {@code *} at the end of the node stands
 *     for any rest, and {@code {address}} in the URL for the address from which the node is connected
 * @param interval how often each is asked how it sees its hosts, 1s to 1h
 */
@ConfigurationProperties(prefix = "chancery.envoys", ignoreUnknownFields = false)
record EnvoysProperties(
        @DefaultValue List<String> admin,
        @DefaultValue("10s") Duration interval) {

    EnvoysProperties {
        admin = List.copyOf(admin);
        if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidValueException("chancery.envoys.interval", "must be 1s to 1h");
        }
    }

    /** @throws InvalidValueException if one of them is malformed, or two are for the same nodes */
    List<AdminAddress> addresses() {
        List<AdminAddress> addresses = admin.stream().map(AdminAddress::parse).toList();
        if (addresses.stream().map(AdminAddress::nodes).distinct().count() < addresses.size()) {
            throw new InvalidValueException("chancery.envoys.admin", "must name each node once");
        }
        return addresses;
    }
}
