package io.chancery.snapshot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code chancery.snapshot}.
 *
 * @param holdOff how long a change waits for others before it is sent
 */
@ConfigurationProperties(prefix = "chancery.snapshot", ignoreUnknownFields = false)
public record SnapshotProperties(@DefaultValue HoldOffProperties holdOff) {

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
