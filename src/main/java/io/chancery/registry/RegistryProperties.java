package io.chancery.registry;

import io.chancery.model.Endpoint;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.registry}.
 *
 * @param maxEndpointsPerService how many endpoints one service may hold, 1 to 65536; a request beyond it is answered
 *     with the problem {@code service-full}
 */
@Validated
@ConfigurationProperties(prefix = "chancery.registry", ignoreUnknownFields = false)
public record RegistryProperties(
        @DefaultValue("32768") @Min(1) @Max(Endpoint.MAX_PER_SERVICE)
        int maxEndpointsPerService) {}
