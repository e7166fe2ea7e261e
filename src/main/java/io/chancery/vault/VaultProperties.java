package io.chancery.vault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code chancery.secrets}.
 *
 * @param keyset the file with the keys that secrets in the store are encrypted with; made if there is none; null for
 *     {@code secrets-keyset.json} in the data directory. A store in memory has its keys in memory.
 */
@ConfigurationProperties(prefix = "chancery.secrets", ignoreUnknownFields = false)
record VaultProperties(@Nullable Path keyset) {}
