package io.chancery.bootstrap;

import io.chancery.model.InvalidValueException;
import jakarta.validation.constraints.AssertTrue;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.bootstrap}.
 *
 * @param xdsAddress where Envoys find the xDS port, {@code HOST:PORT}; empty for the host that they ask for their
 *     bootstrap, and the port of this process
 */
@Validated
@ConfigurationProperties(prefix = "chancery.bootstrap", ignoreUnknownFields = false)
record BootstrapProperties(@DefaultValue("") String xdsAddress) {

    @AssertTrue(
            message = "chancery.bootstrap.xds-address must be HOST:PORT, for example xds.example.com:18000, or empty")
    boolean isXdsAddressUsable() {
        try {
            var _ = toAddress();
            return true;
        } catch (InvalidValueException e) {
            return false;
        }
    }

    Optional<XdsAddress> toAddress() {
        return xdsAddress.isBlank() ? Optional.empty() : Optional.of(XdsAddress.parse(xdsAddress.strip()));
    }
}
