package io.chancery.store;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings directly under {@code chancery}. Other modules have keys under the same prefix, so this record cannot tell a
 * misspelt key from one of theirs.
 *
 * @param data the directory of the embedded database, created if it does not exist; relative to the working directory
 * @param store what keeps the state: {@code sqlite} in the data directory, or {@code memory} until the process ends
 */
@ConfigurationProperties(prefix = "chancery")
record StoreProperties(
        @DefaultValue("data") Path data,
        @DefaultValue("sqlite") Kind store) {

    /** What keeps the state. */
    enum Kind {
        SQLITE,
        MEMORY
    }
}
