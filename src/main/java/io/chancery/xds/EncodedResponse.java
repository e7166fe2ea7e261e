package io.chancery.xds;

import com.google.protobuf.CodedOutputStream;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A response as it goes over the wire: one array of bytes for all streams to which it is sent.
 *
 * @param sequence where its nonce stands among all nonces of this server
 */
@SuppressWarnings("ArrayRecordComponent")
record EncodedResponse(Content content, byte[] bytes, long sequence) {

    private static final ControlPlane CONTROL_PLANE =
            ControlPlane.newBuilder().setIdentifier("chancery").build();

    static EncodedResponse of(Content content, long sequence) {
        String nonce = nonce(sequence);
        byte[] bytes = switch (content.variant()) {
            case SOTW -> sotw(content, nonce);
            case DELTA -> delta(content, nonce);
        };
        return new EncodedResponse(content, bytes, sequence);
    }

    String nonce() {
        return nonce(sequence);
    }

    private static String nonce(long sequence) {
        return Long.toString(sequence, Character.MAX_RADIX);
    }

    /** Upper bound of what a resource takes in a response, in bytes. */
    static int sizeOf(Resource resource) {
        return resource.any().size()
                + 3 * resource.name().length()
                + resource.version().length()
                + 32;
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
        int size = frame.getSerializedSize();
        for (Resource resource : content.resources()) {
            size += CodedOutputStream.computeBytesSize(DiscoveryResponse.RESOURCES_FIELD_NUMBER, resource.any());
        }
        return write(size, out -> {
            for (Resource resource : content.resources()) {
                out.writeBytes(DiscoveryResponse.RESOURCES_FIELD_NUMBER, resource.any());
            }
            frame.writeTo(out);
        });
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
            int inner = innerSize(resource);
            size += CodedOutputStream.computeTagSize(DeltaDiscoveryResponse.RESOURCES_FIELD_NUMBER)
                    + CodedOutputStream.computeUInt32SizeNoTag(inner)
                    + inner;
        }
        return write(size, out -> {
            for (Resource resource : content.resources()) {
                out.writeTag(DeltaDiscoveryResponse.RESOURCES_FIELD_NUMBER, LENGTH_DELIMITED);
                out.writeUInt32NoTag(innerSize(resource));
                out.writeString(DELTA_VERSION, resource.version());
                out.writeBytes(DELTA_RESOURCE, resource.any());
                out.writeString(DELTA_NAME, resource.name());
            }
            frame.writeTo(out);
        });
    }

    private static final int LENGTH_DELIMITED = 2;
    private static final int DELTA_VERSION = io.envoyproxy.envoy.service.discovery.v3.Resource.VERSION_FIELD_NUMBER;
    private static final int DELTA_RESOURCE = io.envoyproxy.envoy.service.discovery.v3.Resource.RESOURCE_FIELD_NUMBER;
    private static final int DELTA_NAME = io.envoyproxy.envoy.service.discovery.v3.Resource.NAME_FIELD_NUMBER;

    private static int innerSize(Resource resource) {
        return CodedOutputStream.computeStringSize(DELTA_VERSION, resource.version())
                + CodedOutputStream.computeBytesSize(DELTA_RESOURCE, resource.any())
                + CodedOutputStream.computeStringSize(DELTA_NAME, resource.name());
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
