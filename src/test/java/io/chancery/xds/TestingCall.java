package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The far end of a stream without a network: keeps what was sent until the test takes it, and checks what always holds. */
final class TestingCall extends ServerCall<Object, EncodedResponse> {

    /** In the order of sending. */
    final Deque<EncodedResponse> responses = new ArrayDeque<>();

    private final Set<String> nonces = new HashSet<>();
    private final Map<ResourceType, Integer> sent = new EnumMap<>(ResourceType.class);
    private int received;
    private @Nullable DiscoveryStream stream;
    private boolean reading = true;

    void carry(DiscoveryStream carried) {
        stream = carried;
    }

    DiscoveryStream stream() {
        return Objects.requireNonNull(stream);
    }

    void request(ResourceType type, ClientRequest request) {
        received++;
        ServedType served = ServedType.of(type.typeUrl());
        ClientRequest received =
                TestingRequests.received(type, request, stream().subscription(served));
        assertThat(stream().request(served, received)).isInstanceOf(DiscoveryStream.RequestResult.Taken.class);
    }

    /** How many requests came. */
    int received() {
        return received;
    }

    /** How many responses were sent. */
    int sent() {
        return sent.values().stream().mapToInt(Integer::intValue).sum();
    }

    int sentOf(ResourceType type) {
        return sent.getOrDefault(type, 0);
    }

    /** The client's buffers are full. */
    void stopReading() {
        reading = false;
    }

    void readOn() {
        reading = true;
        stream().flush();
    }

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(EncodedResponse response) {
        assertThat(reading).as("the client reads").isTrue();
        assertThat(nonces.add(response.nonce())).as("a nonce of its own").isTrue();
        responses.add(response);
        sent.merge(response.content().type().type().orElseThrow(), 1, Integer::sum);
    }

    @Override
    public boolean isReady() {
        return reading;
    }

    @Override
    public void close(Status status, Metadata trailers) {
        throw new AssertionError("the stream ended: " + status);
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public MethodDescriptor<Object, EncodedResponse> getMethodDescriptor() {
        throw new UnsupportedOperationException();
    }
}
