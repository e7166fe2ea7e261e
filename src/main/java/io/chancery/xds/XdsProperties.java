package io.chancery.xds;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.xds}.
 *
 * @param port TCP port of the xDS services; 0 takes a free one
 * @param maxStreams how many streams may be open at once; one more is refused with {@code RESOURCE_EXHAUSTED}
 * @param makeBeforeBreakGrace how long a new route waits at most for a client to accept its cluster and endpoints, and
 *     the removal of a cluster for the client to accept what no longer names it
 * @param endpointsAfterClusters whether a client is sent a cluster's endpoints again after each change of the cluster, as
 *     Envoy needs it
 */
@Validated
@ConfigurationProperties(prefix = "chancery.xds", ignoreUnknownFields = false)
public record XdsProperties(
        @DefaultValue("18000") @Min(0) @Max(65_535) int port,
        @DefaultValue("100000") @Min(1) int maxStreams,
        @DefaultValue("5s") Duration makeBeforeBreakGrace,
        @DefaultValue("true") boolean endpointsAfterClusters) {

    EngineSettings toSettings() {
        return new EngineSettings(maxStreams, makeBeforeBreakGrace, endpointsAfterClusters);
    }
}
