package io.chancery.fleet;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings directly under {@code chancery} that say what becomes of a version that a node refuses. Other modules have keys
 * under the same prefix, so this record cannot tell a misspelt key from one of theirs.
 *
 * @param quarantine whether others are spared a refused version
 * @param quarantineThreshold how many nodes must refuse a version before it counts as refused, 1 to 1000
 */
@Validated
@ConfigurationProperties(prefix = "chancery")
record FleetProperties(
        @DefaultValue("rollback") QuarantineMode quarantine,

        @DefaultValue("1") @Min(1) @Max(RefusalTallies.MAX_NODES)
        int quarantineThreshold) {}
