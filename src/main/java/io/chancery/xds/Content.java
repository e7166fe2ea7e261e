package io.chancery.xds;

import io.chancery.snapshot.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a response says, apart from its nonce: equal contents are encoded once.
 *
 * @param version of the type as a whole; the same for all clients of one snapshot
 */
record Content(Variant variant, ServedType type, String version, List<Resource> resources, List<String> removed) {

    /** Lists of one snapshot's whole are the same object, so that this costs nothing for them. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Content that
                && variant == that.variant
                && type.equals(that.type)
                && version.equals(that.version)
                && resources.equals(that.resources)
                && removed.equals(that.removed);
    }

    /** Cheap on purpose: contents of one type and version differ in few ways. */
    @Override
    public int hashCode() {
        int hash = 31 * version.hashCode() + resources.size();
        hash = 31 * hash + (resources.isEmpty() ? 0 : resources.getFirst().hashCode());
        hash = 31 * hash + removed.hashCode();
        return 31 * hash + variant.hashCode();
    }
}
