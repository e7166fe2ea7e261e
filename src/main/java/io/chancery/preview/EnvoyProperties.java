package io.chancery.preview;

import jakarta.validation.constraints.AssertTrue;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code chancery.envoy}.
 *
 * @param binary an Envoy to ask what it makes of changes before they are made; null if there is none to ask
 */
@Validated
@ConfigurationProperties(prefix = "chancery.envoy", ignoreUnknownFields = false)
record EnvoyProperties(@Nullable Path binary) {

    @AssertTrue(message = "chancery.envoy.binary must be a file that this process may execute")
    boolean isBinaryExecutable() {
        return binary == null || (Files.isRegularFile(binary) && Files.isExecutable(binary));
    }
}
