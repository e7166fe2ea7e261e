package io.chancery.preview;

import io.chancery.model.ResourceType;
import java.util.Optional;

/**
 * What would become of one resource.
 *
 * @param source the manifest or service that it is from; of one that changes or goes, from now on or until now
 * @param diff of one that changes, the unified difference of its YAML without secrets: empty text where only a secret changes;
 *     absent where there would be too much of it in all
 */
public record ResourceChange(Kind kind, ResourceType type, String name, String source, Optional<String> diff) {

    /** What would become of it. */
    public enum Kind {
        ADDED,
        CHANGED,
        REMOVED
    }
}
