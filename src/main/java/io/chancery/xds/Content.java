package io.chancery.xds;

import io.chancery.snapshot.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a response says, apart from its nonce: equal contents are encoded once.
 *
 * @param version of the type as a whole; the same for all clients of one snapshot
 */
record Content(
        Variant variant, ServedType type, Form form, String version, List<Resource> resources, List<String> removed) {

    /** How resources with a time to live are written. */
    enum Form {
        /** Without it, for clients that do not know of it. */
        PLAIN,
        /** With it, and in state of the world wrapped, as the bare message has no place for it. */
        WITH_TTL,
        /** With it and without the content: the client may use what it has for another while. */
        HEARTBEAT
    }

    /** Lists of one snapshot's whole are the same object, so that this costs nothing for them. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Content that
                && variant == that.variant
                && form == that.form
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
