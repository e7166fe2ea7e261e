package io.chancery.snapshot;

import io.chancery.model.ResourceType;

/**
 * A resource that is named in another's content.
 *
 * @param part what of it must be there, one of its {@link Resource#parts}; empty for the resource as such
 */
public record Reference(ResourceType type, String name, String part) {

    /** A reference to a resource as such. */
    public Reference(ResourceType type, String name) {
        this(type, name, "");
    }

    /** A reference to the resource of which this one names a part. */
    public Reference whole() {
        return part.isEmpty() ? this : new Reference(type, name);
    }
}
