package io.chancery.healthcheck;

import io.chancery.model.InvalidValueException;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.probes}.
 *
 * @param deny networks in CIDR notation in which nothing is ever probed
 * @param atOnce how many probes may be under way, 1 to 100000; each has a connection
 * @param flapLimit how many changes of an endpoint's verdict within a minute are not yet too many, 1 to 1000
 * @param flapHold how long an endpoint that flaps is held as unhealthy the first time, 1 s to 1 h
 * @param longestFlapHold the longest that it is held, {@code flapHold} to 1 day
 */
@Validated
@ConfigurationProperties(prefix = "chancery.probes", ignoreUnknownFields = false)
record ProbesProperties(
        @DefaultValue({"169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128"})
        List<String> deny,

        @DefaultValue("4096") @Min(1) @Max(100_000) int atOnce,
        @DefaultValue("6") @Min(1) @Max(1_000) int flapLimit,

        @DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration flapHold,

        @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(days = 1)
        Duration longestFlapHold) {

    ProbesProperties {
        deny = List.copyOf(deny);
    }

    @AssertTrue(
            message = "chancery.probes.deny must be networks, for example 169.254.0.0/16 or fe80::/10,"
                    + " with no bit set after the prefix")
    boolean isDenyUsable() {
        try {
            DeniedNetworks _ = DeniedNetworks.parse(deny);
            return true;
        } catch (InvalidValueException _) {
            return false;
        }
    }

    @AssertTrue(message = "chancery.probes.longest-flap-hold must not be less than chancery.probes.flap-hold")
    boolean isHoldsInOrder() {
        return longestFlapHold.compareTo(flapHold) >= 0;
    }

    Probes.Settings toSettings() {
        return new Probes.Settings(
                DeniedNetworks.parse(deny), atOnce, new FlapLimits(flapLimit, flapHold, longestFlapHold));
    }
}
