package io.chancery.snapshot;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.errorprone.annotations.Immutable;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.compile.ShardRoute;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One compiled xDS resource: its name, its bytes and the version that its content has. Encoded once; the same object is
 * shared by every snapshot and stream that has it.
 */
@Immutable
@SuppressWarnings("Immutable") // Traits and references are unmodifiable
public final class Resource {

    private final ResourceType type;
    private final String name;
    private final ByteString any;
    private final Traits traits;
    private final Set<Reference> references;
    private final Set<String> parts;
    private final long hashHigh;
    private final long hashLow;
    private final String version;

    /**
     * What is known of a resource beside its content.
     *
     * @param aliases other names under which it may be asked for
     * @param ttl for how long a client may use it without hearing of it again; empty for ever
     * @param versionMark what its version ends with, beside the hash
     */
    public record Traits(List<String> aliases, Optional<Duration> ttl, Origin origin, String versionMark) {
        public Traits {
            aliases = List.copyOf(aliases);
        }

        public Traits(List<String> aliases, Optional<Duration> ttl, Origin origin) {
            this(aliases, ttl, origin, "");
        }

        static Traits from(Origin origin) {
            return new Traits(List.of(), Optional.empty(), origin);
        }

        Traits withVersionMark(String mark) {
            return new Traits(aliases, ttl, origin, mark);
        }
    }

    /** What is found in the content of a resource. */
    private record Content(Set<Reference> references, Set<String> parts) {

        private static final Content NOTHING = new Content(Set.of(), Set.of());

        static Content of(Message message) {
            return new Content(References.of(message), Parts.of(message));
        }
    }

    private Resource(
            ResourceType type, String name, ByteString any, Content content, HashValue128 hash, Traits traits) {
        this.type = type;
        this.name = name;
        this.any = any;
        this.references = content.references();
        this.parts = content.parts();
        this.traits = traits;
        this.hashHigh = hash.getMostSignificantBits();
        this.hashLow = hash.getLeastSignificantBits();
        HexFormat hex = HexFormat.of();
        this.version = hex.toHexDigits(hashHigh) + hex.toHexDigits(hashLow) + traits.versionMark();
    }

    /** Encodes a message deterministically, so that equal content has equal bytes on every replica. */
    static Resource of(ResourceType type, String name, Message content, Traits traits) {
        byte[] bytes = new byte[content.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            content.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return encoded(type, name, bytes, Content.of(content), traits);
    }

    /**
     * Makes a resource of content that was encoded before.
     *
     * @param content the message's bytes as {@link #content()} returned them
     * @throws InvalidProtocolBufferException if they are no message of that type
     */
    public static Resource restored(ResourceType type, String name, ByteString content, Traits traits)
            throws InvalidProtocolBufferException {
        Message message = Messages.parse(type, content);
        return encoded(type, name, content.toByteArray(), Content.of(message), traits);
    }

    /**
     * Says that no virtual host answers to a name: a resource without content (<a
     * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_routing">virtual host discovery</a>).
     */
    public static Resource unknownHost(String name) {
        HashValue128 hash = Hashing.xxh3_128().hashStream().putString(name).get();
        Traits traits = new Traits(List.of(name), Optional.empty(), new Origin("", Revision.ZERO, ""));
        return new Resource(ResourceType.VIRTUAL_HOST, name, ByteString.EMPTY, Content.NOTHING, hash, traits);
    }

    private static Resource encoded(ResourceType type, String name, byte[] bytes, Content content, Traits traits) {
        ByteString any = Any.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setValue(UnsafeByteOperations.unsafeWrap(bytes))
                .build()
                .toByteString();
        var hash = Hashing.xxh3_128()
                .hashStream()
                .putString(type.typeUrl())
                .putString(name)
                .putByteArray(bytes);
        if (!traits.aliases().isEmpty()) {
            traits.aliases().forEach(hash::putString);
        }
        traits.ttl().ifPresent(ttl -> hash.putLong(ttl.toMillis()));
        return new Resource(type, name, any, content, hash.get(), traits);
    }

    public ResourceType type() {
        return type;
    }

    public String name() {
        return name;
    }

    /** The content as an encoded {@code google.protobuf.Any}. */
    public ByteString any() {
        return any;
    }

    /** The content as the bytes of its message. */
    public ByteString content() {
        try {
            return Any.parseFrom(any).getValue();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource is not what was encoded", e);
        }
    }

    /** The content for people to read: of the shards of a route, which may be a thousand, the first and the last. */
    public Message abridged() {
        Message message = message();
        return message instanceof RouteConfiguration routes ? ShardRoute.abridged(routes) : message;
    }

    /** The content as a message; parsed at each call. */
    public Message message() {
        try {
            return Messages.parse(type, content());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource is not what was encoded", e);
        }
    }

    /**
     * A 128-bit hash of type, name, content, aliases and time to live in hexadecimal: equal content has an equal version,
     * everywhere.
     */
    public String version() {
        return version;
    }

    public List<String> aliases() {
        return traits.aliases();
    }

    public Optional<Duration> ttl() {
        return traits.ttl();
    }

    public Origin origin() {
        return traits.origin();
    }

    public Traits traits() {
        return traits;
    }

    /** The other resources that the content names. */
    public Set<Reference> references() {
        return references;
    }

    /** What others may name of it by itself. */
    public Set<String> parts() {
        return parts;
    }

    long hashHigh() {
        return hashHigh;
    }

    long hashLow() {
        return hashLow;
    }

    /** Two resources are equal when their versions are, that is, when type, name and content are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Resource that && hashHigh == that.hashHigh && hashLow == that.hashLow;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hashLow);
    }

    @Override
    public String toString() {
        return type + " " + name + "@" + version;
    }
}
