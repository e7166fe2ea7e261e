package io.chancery.demo;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.demo}; they have an effect only under the profile {@code demo}, and with the profile
 * {@code redis-demo} beside it only the folder and the port of the admin pages.
 *
 * @param upstreams how many sample upstreams to start, 1 to 100
 * @param bootstrap the file that Envoy is started with; its ports are replaced where the settings below and Chancery's
 *     own differ from it
 * @param folder where the logs of Envoy and of Redis go
 * @param envoyPort where Envoy takes requests; 0 takes a free port
 * @param adminPort where Envoy shows its admin pages, on the loopback address; 0 takes a free port
 */
@Validated
@ConfigurationProperties(prefix = "chancery.demo", ignoreUnknownFields = false)
public record DemoProperties(
        @DefaultValue("5") @Min(1) @Max(100) int upstreams,
        @DefaultValue("envoy.yaml") Path bootstrap,
        @DefaultValue("target/demo") Path folder,
        @DefaultValue("10000") @Min(0) @Max(65_535) int envoyPort,
        @DefaultValue("9901") @Min(0) @Max(65_535) int adminPort) {}
