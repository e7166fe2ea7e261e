package io.chancery.xds;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stream over which any bytes can be sent as a request. */
final class TestingRawStream {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final ClientCall<byte[], byte[]> call;
    private final List<byte[]> responses = new ArrayList<>();
    private Optional<Status> end = Optional.empty();

    TestingRawStream(ManagedChannel channel, MethodDescriptor<?, ?> method) {
        call = channel.newCall(method.toBuilder(BYTES, BYTES).build(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        responses.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end = Optional.of(status);
                    }
                },
                new Metadata());
        call.request(Integer.MAX_VALUE);
    }

    void send(byte[] request) {
        call.sendMessage(request);
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("the test is over", null);
    }

    List<byte[]> responses() {
        return responses;
    }

    Optional<Status> end() {
        return end;
    }
}
