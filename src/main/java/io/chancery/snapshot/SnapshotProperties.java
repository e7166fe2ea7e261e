package io.chancery.snapshot;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.snapshot}.
 *
 * @param holdOff how long a change waits for others before it is sent
 * @param ledsThreshold from how many endpoints on a service goes to delta ADS clients as a glob collection (LEDS), where
 *     its manifest does not say; {@code 0} for never
 */
@Validated
@ConfigurationProperties(prefix = "chancery.snapshot", ignoreUnknownFields = false)
public record SnapshotProperties(
        @DefaultValue HoldOffProperties holdOff,
        @DefaultValue("0") @Min(0) int ledsThreshold) {

    /**
     * The two bounds of the hold-off.
     *
     * @param quiet how long the first change after quiet waits; {@code 0ms} sends it at once
     * @param longest how long changes gather at most while a push is under way; not less than {@code quiet}
     */
    public record HoldOffProperties(
            @DefaultValue("0ms") Duration quiet,
            @DefaultValue("50ms") Duration longest) {

        HoldOff toHoldOff() {
            return new HoldOff(quiet, longest);
        }
    }
}
