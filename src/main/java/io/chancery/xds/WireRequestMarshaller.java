package io.chancery.xds;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Takes a request's bytes, or finds that they are none: see {@link RequestMarshaller}. */
record WireRequestMarshaller(WireRequest.Form form) implements MethodDescriptor.Marshaller<Optional<WireRequest>> {

    @Override
    public InputStream stream(Optional<WireRequest> request) {
        throw new IllegalStateException("a server does not write requests");
    }

    /** To read all of a stream of unknown length costs a buffer of 16 KiB each time. */
    @Override
    public Optional<WireRequest> parse(InputStream stream) {
        try {
            byte[] bytes =
                    stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            return Optional.of(new WireRequest(form, bytes));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
