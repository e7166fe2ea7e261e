package io.chancery.xds;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads a request, or finds that it cannot be read: gRPC itself would take that for a fault of the server, log it with its
 * trace and tell the client {@code UNKNOWN}.
 */
final class RequestMarshaller<Q extends Message> implements MethodDescriptor.Marshaller<Optional<Q>> {

    private final MethodDescriptor.Marshaller<Q> messages;

    RequestMarshaller(Q prototype) {
        this.messages = ProtoUtils.marshaller(prototype);
    }

    @Override
    public InputStream stream(Optional<Q> request) {
        throw new IllegalStateException("a server does not write requests");
    }

    @Override
    public Optional<Q> parse(InputStream stream) {
        try {
            return Optional.of(messages.parse(stream));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }
}
