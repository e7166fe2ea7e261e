package io.chancery.xds;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.xds}.
 *
 * @param port TCP port of the xDS services; 0 takes a free one
 * @param maxStreams how many streams may be open at once; one more is refused with {@code RESOURCE_EXHAUSTED}
 */
@Validated
@ConfigurationProperties(prefix = "chancery.xds", ignoreUnknownFields = false)
public record XdsProperties(
        @DefaultValue("18000") @Min(0) @Max(65_535) int port,
        @DefaultValue("100000") @Min(1) int maxStreams) {}
