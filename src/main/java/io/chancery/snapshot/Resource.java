package io.chancery.snapshot;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.errorprone.annotations.Immutable;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.chancery.model.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One compiled xDS resource: its name, its bytes and the version that its content has. Encoded once; the same object is
 * shared by every snapshot and stream that has it.
 */
@Immutable
public final class Resource {

    private final ResourceType type;
    private final String name;
    private final ByteString any;
    private final long hashHigh;
    private final long hashLow;
    private final String version;

    private Resource(ResourceType type, String name, ByteString any, HashValue128 hash) {
        this.type = type;
        this.name = name;
        this.any = any;
        this.hashHigh = hash.getMostSignificantBits();
        this.hashLow = hash.getLeastSignificantBits();
        HexFormat hex = HexFormat.of();
        this.version = hex.toHexDigits(hashHigh) + hex.toHexDigits(hashLow);
    }

    /** Encodes a message deterministically, so that equal content has equal bytes on every replica. */
    static Resource of(ResourceType type, String name, Message content) {
        byte[] bytes = new byte[content.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            content.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteString any = Any.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setValue(UnsafeByteOperations.unsafeWrap(bytes))
                .build()
                .toByteString();
        HashValue128 hash = Hashing.xxh3_128()
                .hashStream()
                .putString(type.typeUrl())
                .putString(name)
                .putByteArray(bytes)
                .get();
        return new Resource(type, name, any, hash);
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

    /** A 128-bit hash of type, name and content in hexadecimal: equal content has an equal version, everywhere. */
    public String version() {
        return version;
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
