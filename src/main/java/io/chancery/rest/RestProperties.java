package io.chancery.rest;

import jakarta.validation.constraints.AssertTrue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.rest}.
 *
 * @param maxBody how much one request's body may hold, 1 KB to 64 MB, for example {@code 1MB}
 * @param maxBatchBody likewise, for {@code POST /v1/registrations} and {@code POST /v1/apply}; 1 KB to 256 MB
 */
@Validated
@ConfigurationProperties(prefix = "chancery.rest", ignoreUnknownFields = false)
record RestProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("16MB") DataSize maxBatchBody) {

    private static final long LEAST = 1_024;

    @AssertTrue(message = "chancery.rest.max-body must be 1KB..64MB")
    boolean isMaxBodyInRange() {
        return maxBody.toBytes() >= LEAST && maxBody.toMegabytes() <= 64;
    }

    @AssertTrue(message = "chancery.rest.max-batch-body must be 1KB..256MB")
    boolean isMaxBatchBodyInRange() {
        return maxBatchBody.toBytes() >= LEAST && maxBatchBody.toMegabytes() <= 256;
    }
}
