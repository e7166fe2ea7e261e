package io.chancery.xds;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
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
 * @param drainTime over how long the streams are ended when the server ends, and the longest that its end waits for
 *     them; 0 ends all at once
 * @param loadReportInterval how often clients are asked to report their load, 1 s or more
 * @param loadReportEndpoints whether they are asked to report it by endpoint too
 * @param connection how long connections last, and how dead ones are noticed
 */
@Validated
@ConfigurationProperties(prefix = "chancery.xds", ignoreUnknownFields = false)
public record XdsProperties(
        @DefaultValue("18000") @Min(0) @Max(65_535) int port,
        @DefaultValue("100000") @Min(1) int maxStreams,
        @DefaultValue("5s") Duration makeBeforeBreakGrace,
        @DefaultValue("true") boolean endpointsAfterClusters,

        @DefaultValue("5s") @DurationMin @DurationMax(minutes = 10)
        Duration drainTime,

        @DefaultValue("10s") @DurationMin(seconds = 1) @DurationMax(days = 1)
        Duration loadReportInterval,

        @DefaultValue("true") boolean loadReportEndpoints,

        @DefaultValue @Valid ConnectionProperties connection) {

    /**
     * What holds for every connection of a client.
     *
     * @param keepaliveTime after how long without a word the server asks a client whether it is there, at least 10 s
     * @param keepaliveTimeout how long it waits for that answer before it drops the connection with its streams, at least
     *     10 ms
     * @param maxAge after how long a stream is ended, so that its client connects anew; 0 never ends one
     * @param maxAgeJitter up to how much longer, each stream at random, so that the clients do not return all at once
     */
    public record ConnectionProperties(
            @DefaultValue("30s") @DurationMin(seconds = 10) @DurationMax(days = 1)
            Duration keepaliveTime,

            @DefaultValue("10s") @DurationMin(millis = 10) @DurationMax(days = 1)
            Duration keepaliveTimeout,

            @DefaultValue("0s") @DurationMin @DurationMax(days = 365)
            Duration maxAge,

            @DefaultValue("1m") @DurationMin @DurationMax(days = 365)
            Duration maxAgeJitter) {}

    EngineSettings toSettings() {
        return new EngineSettings(
                maxStreams,
                makeBeforeBreakGrace,
                endpointsAfterClusters,
                new StreamAge(connection.maxAge(), connection.maxAgeJitter()));
    }
}
