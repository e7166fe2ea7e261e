package io.chancery.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A response as it goes over the wire: one array of bytes for all streams of a partition to which it is sent. */
final class EncodedResponse {

    private static final ControlPlane CONTROL_PLANE =
            ControlPlane.newBuilder().setIdentifier("chancery").build();

    private final Content content;
    private final byte[] bytes;
    private final long sequence;
    private final String nonce;
    private boolean accepted;

    private EncodedResponse(Content content, byte[] bytes, long sequence, String nonce) {
        this.content = content;
        this.bytes = bytes;
        this.sequence = sequence;
        this.nonce = nonce;
    }

    static EncodedResponse of(Content content, long sequence) {
        String nonce = Long.toString(sequence, Character.MAX_RADIX);
        byte[] bytes = switch (content.variant()) {
            case SOTW -> sotw(content, nonce);
            case DELTA -> delta(content, nonce);
        };
        return new EncodedResponse(content, bytes, sequence, nonce);
    }

    Content content() {
        return content;
    }

    /** Not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    /** Where its nonce stands among all nonces of this server. */
    long sequence() {
        return sequence;
    }

    /** Notes that a client accepted it, and returns whether that client is the first. */
    boolean acceptedFirst() {
        boolean first = !accepted;
        accepted = true;
        return first;
    }

    String nonce() {
        return nonce;
    }

    /** Upper bound of what a resource takes in a response, in bytes. */
    static int sizeOf(Resource resource) {
        return resource.any().size()
                + 3 * resource.name().length()
                + resource.version().length()
                + resource.aliases().stream()
                        .mapToInt(alias -> 3 * alias.length() + 6)
                        .sum()
                + 48;
    }

    /*
     * The wire format is written field by field, because the resources are bytes already: a generated message would
     * parse or copy them once more. Each response equals what the generated class writes (EncodedResponseTest).
     */

    private static byte[] sotw(Content content, String nonce) {
        DiscoveryResponse frame = DiscoveryResponse.newBuilder()
                .setVersionInfo(content.version())
                .setTypeUrl(content.type().typeUrl())
                .setNonce(nonce)
                .setControlPlane(CONTROL_PLANE)
                .build();
        List<ByteString> resources = content.resources().stream()
                .map(resource ->
                        content.form() == Content.Form.PLAIN ? resource.any() : wrapped(resource, content.form()))
                .toList();
        int size = frame.getSerializedSize();
        for (ByteString any : resources) {
            size += CodedOutputStream.computeBytesSize(DiscoveryResponse.RESOURCES_FIELD_NUMBER, any);
        }
        return write(size, out -> {
            for (ByteString any : resources) {
                out.writeBytes(DiscoveryResponse.RESOURCES_FIELD_NUMBER, any);
            }
            frame.writeTo(out);
        });
    }

    /** A resource with a time to live goes in an envelope of its own: an {@code Any} has no place for it. */
    private static ByteString wrapped(Resource resource, Content.Form form) {
        if (resource.ttl().isEmpty()) {
            return resource.any();
        }
        byte[] envelope = write(innerSize(resource, form), out -> writeInner(resource, form, out));
        return Any.newBuilder()
                .setTypeUrl(ENVELOPE)
                .setValue(UnsafeByteOperations.unsafeWrap(envelope))
                .build()
                .toByteString();
    }

    private static byte[] delta(Content content, String nonce) {
        DeltaDiscoveryResponse frame = DeltaDiscoveryResponse.newBuilder()
                .setSystemVersionInfo(content.version())
                .setTypeUrl(content.type().typeUrl())
                .setNonce(nonce)
                .addAllRemovedResources(content.removed())
                .setControlPlane(CONTROL_PLANE)
                .build();
        int size = frame.getSerializedSize();
        for (Resource resource : content.resources()) {
            int inner = innerSize(resource, content.form());
            size += CodedOutputStream.computeTagSize(DeltaDiscoveryResponse.RESOURCES_FIELD_NUMBER)
                    + CodedOutputStream.computeUInt32SizeNoTag(inner)
                    + inner;
        }
        return write(size, out -> {
            for (Resource resource : content.resources()) {
                out.writeTag(DeltaDiscoveryResponse.RESOURCES_FIELD_NUMBER, LENGTH_DELIMITED);
                out.writeUInt32NoTag(innerSize(resource, content.form()));
                writeInner(resource, content.form(), out);
            }
            frame.writeTo(out);
        });
    }

    private static final String ENVELOPE = "type.googleapis.com/envoy.service.discovery.v3.Resource";
    private static final int LENGTH_DELIMITED = 2;
    private static final int VERSION = io.envoyproxy.envoy.service.discovery.v3.Resource.VERSION_FIELD_NUMBER;
    private static final int RESOURCE = io.envoyproxy.envoy.service.discovery.v3.Resource.RESOURCE_FIELD_NUMBER;
    private static final int NAME = io.envoyproxy.envoy.service.discovery.v3.Resource.NAME_FIELD_NUMBER;
    private static final int ALIASES = io.envoyproxy.envoy.service.discovery.v3.Resource.ALIASES_FIELD_NUMBER;
    private static final int TTL = io.envoyproxy.envoy.service.discovery.v3.Resource.TTL_FIELD_NUMBER;

    private static void writeInner(Resource resource, Content.Form form, CodedOutputStream out) throws IOException {
        out.writeString(VERSION, resource.version());
        if (hasBody(resource, form)) {
            out.writeBytes(RESOURCE, resource.any());
        }
        out.writeString(NAME, resource.name());
        for (String alias : resource.aliases()) {
            out.writeString(ALIASES, alias);
        }
        if (hasTtl(resource, form)) {
            out.writeMessage(TTL, ttl(resource));
        }
    }

    private static int innerSize(Resource resource, Content.Form form) {
        int size = CodedOutputStream.computeStringSize(VERSION, resource.version())
                + CodedOutputStream.computeStringSize(NAME, resource.name());
        if (hasBody(resource, form)) {
            size += CodedOutputStream.computeBytesSize(RESOURCE, resource.any());
        }
        for (String alias : resource.aliases()) {
            size += CodedOutputStream.computeStringSize(ALIASES, alias);
        }
        return hasTtl(resource, form) ? size + CodedOutputStream.computeMessageSize(TTL, ttl(resource)) : size;
    }

    private static boolean hasBody(Resource resource, Content.Form form) {
        return form != Content.Form.HEARTBEAT && !resource.any().isEmpty();
    }

    private static boolean hasTtl(Resource resource, Content.Form form) {
        return form != Content.Form.PLAIN && resource.ttl().isPresent();
    }

    private static Duration ttl(Resource resource) {
        return Duration.newBuilder()
                .setSeconds(resource.ttl().orElseThrow().toSeconds())
                .setNanos(resource.ttl().orElseThrow().toNanosPart())
                .build();
    }

    private interface Body {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] write(int size, Body body) {
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }
}
