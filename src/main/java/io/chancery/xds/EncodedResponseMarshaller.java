package io.chancery.xds;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Gives gRPC the shared bytes of a response, which it copies once, into the connection's buffer. */
final class EncodedResponseMarshaller implements MethodDescriptor.Marshaller<EncodedResponse> {

    static final EncodedResponseMarshaller INSTANCE = new EncodedResponseMarshaller();

    private EncodedResponseMarshaller() {}

    @Override
    public InputStream stream(EncodedResponse response) {
        return new Bytes(response.bytes());
    }

    @Override
    public EncodedResponse parse(InputStream stream) {
        throw new IllegalStateException("a server does not read responses");
    }

    private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {

        Bytes(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = count - pos;
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
