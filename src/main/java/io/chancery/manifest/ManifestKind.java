package io.chancery.manifest;

import java.util.Arrays;
import java.util.Optional;

/** What a manifest can be about. */
public enum ManifestKind {
    /** Any xDS resource, as its protobuf has it. */
    RESOURCE("Resource"),
    /** How a service's endpoints and cluster reach the Envoys. */
    SERVICE("Service");

    private final String spelling;

    ManifestKind(String spelling) {
        this.spelling = spelling;
    }

    public static Optional<ManifestKind> ofSpelling(String spelling) {
        return Arrays.stream(values())
                .filter(kind -> kind.spelling.equals(spelling))
                .findFirst();
    }

    /** The kind as documents and paths spell it, for example {@code Resource}; a bounded metric tag. */
    public String spelling() {
        return spelling;
    }
}
