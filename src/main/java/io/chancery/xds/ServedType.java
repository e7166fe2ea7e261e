package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import java.util.Optional;

/**
 * A type that a client asked for: one that is served, or one that is not, of which then nothing exists.
 *
 * @param typeUrl as the client wrote it
 */
record ServedType(String typeUrl, Optional<ResourceType> type) {

    static ServedType of(String typeUrl) {
        Optional<ResourceType> type = ResourceType.ofTypeUrl(typeUrl);
        return new ServedType(type.map(ResourceType::typeUrl).orElse(typeUrl), type);
    }

    /** Whether a first request without names is a subscription to everything. */
    boolean isSubscribedToWithoutNames(Variant variant) {
        return isWhole() || (variant == Variant.DELTA && type.equals(Optional.of(ResourceType.VIRTUAL_HOST)));
    }

    boolean isWhole() {
        return type.map(ResourceType::isWhole).orElse(false);
    }

    ResourceSet resourcesIn(Snapshot snapshot) {
        return type.map(snapshot::resources).orElse(ResourceSet.EMPTY);
    }

    /** A metric tag; unserved types share one. */
    String tag() {
        return type.map(ResourceType::shortName).orElse("unserved");
    }
}
