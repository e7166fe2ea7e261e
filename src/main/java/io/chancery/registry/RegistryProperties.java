package io.chancery.registry;

import io.chancery.model.Endpoint;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.registry}.
 *
 * @param maxEndpointsPerService how many endpoints one service may hold, 1 to 65536; a request beyond it is answered
 *     with the problem {@code service-full}
 * @param preservedShare the percentage of leases, 0 to 100, of which more may not expire inside one lease term, of a
 *     service or of all together; one always may
 * @param guardedShare the percentage, 0 to 100, of a service's usable endpoints that must be left of those that there were
 *     inside the window; what would leave fewer is held back; 0 for no guard
 * @param guardWindow how far back that counts, 1s to 1h
 */
@Validated
@ConfigurationProperties(prefix = "chancery.registry", ignoreUnknownFields = false)
public record RegistryProperties(
        @DefaultValue("32768") @Min(1) @Max(Endpoint.MAX_PER_SERVICE)
        int maxEndpointsPerService,

        @DefaultValue("15") @Min(0) @Max(100) int preservedShare,
        @DefaultValue("50") @Min(0) @Max(100) int guardedShare,
        @DefaultValue("60s") Duration guardWindow) {

    public RegistryProperties {
        var _ = new ServicePolicy(preservedShare, guardedShare, guardWindow);
    }

    ServicePolicy policy() {
        return new ServicePolicy(preservedShare, guardedShare, guardWindow);
    }
}
