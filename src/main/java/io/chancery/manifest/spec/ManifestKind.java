package io.chancery.manifest.spec;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a manifest can be about. */
public enum ManifestKind {
    /** Any xDS resource, as its protobuf has it. */
    RESOURCE("Resource"),
    /** How a service's endpoints and cluster reach the Envoys. */
    SERVICE("Service"),
    /** A port on which Envoys take requests or connections, and where these go. */
    LISTENER("Listener"),
    /** The Envoy beside an instance. */
    SIDECAR("Sidecar"),
    /** A certificate with its key, trusted certificates, session ticket keys, or a password. */
    SECRET("Secret"),
    /** Values that Envoys look up while they run. */
    RUNTIME_LAYER("RuntimeLayer"),
    /** Redis nodes of which one is the master. */
    REDIS_MASTER("RedisMaster"),
    /** Which of a service's endpoints serve which customer. */
    SHUFFLE_SHARD("ShuffleShard");

    private final String spelling;

    ManifestKind(String spelling) {
        this.spelling = spelling;
    }

    public static Optional<ManifestKind> ofSpelling(String spelling) {
        return Arrays.stream(values())
                .filter(kind -> kind.spelling.equals(spelling))
                .findFirst();
    }

    /** All kinds, for people. */
    public static String spellings() {
        return Arrays.stream(values()).map(ManifestKind::spelling).collect(Collectors.joining(", "));
    }

    /** The kind as documents and paths spell it, for example {@code Resource}; a bounded metric tag. */
    public String spelling() {
        return spelling;
    }
}
