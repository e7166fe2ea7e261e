package io.chancery.manifest;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.history}.
 *
 * @param maxEntries how many changes of manifests are kept, 1 or more
 * @param maxAge for how long, 1s or more
 * @param maxSize how much they may hold together, 1MB or more; with a store in memory, or SQLite, it is memory
 */
@Validated
@ConfigurationProperties(prefix = "chancery.history", ignoreUnknownFields = false)
record HistoryProperties(
        @DefaultValue("10000") @Min(1) int maxEntries,
        @DefaultValue("90d") Duration maxAge,
        @DefaultValue("256MB") DataSize maxSize) {

    private static final Duration LEAST_AGE = Duration.ofSeconds(1);

    @AssertTrue(message = "chancery.history.max-age must be 1s or more")
    boolean isMaxAgeInRange() {
        return maxAge.compareTo(LEAST_AGE) >= 0;
    }

    @AssertTrue(message = "chancery.history.max-size must be 1MB or more")
    boolean isMaxSizeInRange() {
        return maxSize.toMegabytes() >= 1;
    }

    HistoryRetention toRetention() {
        return new HistoryRetention(maxEntries, maxAge, maxSize.toBytes());
    }
}
