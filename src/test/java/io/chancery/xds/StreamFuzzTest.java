package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Status;
import io.chancery.model.ResourceType;
import io.chancery.xds.TestingEngine.Client;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.slf4j.LoggerFactory;

/**
 * Whatever bytes a client sends, its stream lives on or ends with a status that blames the client, and the stream beside it
 * is served as ever.
 */
@Tag("fuzz")
class StreamFuzzTest {

    private static final List<String> NAMES =
            List.of("cart", "a", "", "*", "xdstp://x/y/*", "\u0000", "a/b", "edge-1", "cart ", "名");

    /** What a client may be told about itself. */
    private static final Set<io.grpc.Status.Code> BLAMES_THE_CLIENT =
            EnumSet.of(io.grpc.Status.Code.OK, io.grpc.Status.Code.INVALID_ARGUMENT);

    private TestingEngine server;
    private Client beside;
    private StreamObserver<DiscoveryRequest> besideRequests;
    private int content;

    @BeforeAll
    static void logOnlyFaults() {
        ((Logger) LoggerFactory.getLogger("io.chancery")).setLevel(Level.WARN);
    }

    @BeforeEach
    void open() {
        content = 1;
        server = new TestingEngine();
        beside = new Client();
        besideRequests = server.open(beside);
        besideRequests.onNext(TestingEngine.clusters());
        server.run();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @FuzzTest(maxDuration = "5m")
    void anyRequestsOfStateOfTheWorld(FuzzedDataProvider input) {
        TestingRawStream stream = server.openRaw(AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod());
        play(input, stream, () -> sotw(input, stream));
    }

    @FuzzTest(maxDuration = "5m")
    void anyRequestsOfDelta(FuzzedDataProvider input) {
        TestingRawStream stream = server.openRaw(AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod());
        play(input, stream, () -> delta(input, stream));
    }

    private interface Requests {
        MessageLite next();
    }

    private void play(FuzzedDataProvider input, TestingRawStream stream, Requests requests) {
        while (input.remainingBytes() > 0 && stream.end().isEmpty()) {
            switch (input.consumeInt(0, 15)) {
                case 0 -> stream.send(input.consumeBytes(200));
                case 1, 2 -> server.publish(++content);
                default -> stream.send(requests.next().toByteArray());
            }
            server.run();
        }
        stream.end()
                .ifPresent(status -> assertThat(status.getCode())
                        .as("the stream's end: %s", status)
                        .isIn(BLAMES_THE_CLIENT));
        int before = beside.responses.size();
        server.publish(++content);
        besideRequests.onNext(TestingEngine.clusters().toBuilder()
                .setResponseNonce(beside.responses.getLast().getNonce())
                .setVersionInfo(beside.responses.getLast().getVersionInfo())
                .build());
        server.run();
        assertThat(beside.end).isEmpty();
        assertThat(beside.responses.size()).isGreaterThan(before);
        stream.cancel();
        server.run();
        assertThat(server.openStreams()).isEqualTo(1);
    }

    private static DiscoveryRequest sotw(FuzzedDataProvider input, TestingRawStream stream) {
        DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder()
                .setTypeUrl(typeUrl(input))
                .setResponseNonce(
                        nonce(input, stream, DiscoveryResponse.parser()::parseFrom, DiscoveryResponse::getNonce))
                .setVersionInfo(input.consumeBoolean() ? input.consumeString(3) : "")
                .addAllResourceNames(names(input));
        if (input.consumeInt(0, 9) > 0) {
            request.setNode(node(input));
        }
        if (input.consumeBoolean()) {
            request.setErrorDetail(Status.newBuilder().setMessage(input.consumeString(20)));
        }
        return request.build();
    }

    private static DeltaDiscoveryRequest delta(FuzzedDataProvider input, TestingRawStream stream) {
        DeltaDiscoveryRequest.Builder request = DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(typeUrl(input))
                .setResponseNonce(nonce(
                        input, stream, DeltaDiscoveryResponse.parser()::parseFrom, DeltaDiscoveryResponse::getNonce))
                .addAllResourceNamesSubscribe(names(input))
                .addAllResourceNamesUnsubscribe(names(input));
        names(input).forEach(name -> request.putInitialResourceVersions(name, "1"));
        if (input.consumeInt(0, 9) > 0) {
            request.setNode(node(input));
        }
        if (input.consumeBoolean()) {
            request.setErrorDetail(Status.newBuilder().setMessage(input.consumeString(20)));
        }
        return request.build();
    }

    private static Node node(FuzzedDataProvider input) {
        return Node.newBuilder()
                .setId(input.consumeInt(0, 9) > 0 ? "edge-1" : input.consumeString(5))
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                900,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(input.consumeBytes(3)))
                                        .build())
                        .build())
                .build();
    }

    private static String typeUrl(FuzzedDataProvider input) {
        return input.consumeInt(0, 15) == 0
                ? input.consumeString(10)
                : input.pickValue(ResourceType.values()).typeUrl();
    }

    private interface Parser<R> {
        R parse(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private interface Nonce<R> {
        String of(R response);
    }

    private static <R> String nonce(
            FuzzedDataProvider input, TestingRawStream stream, Parser<R> parser, Nonce<R> nonce) {
        if (stream.responses().isEmpty() || input.consumeInt(0, 3) == 0) {
            return input.consumeString(3);
        }
        try {
            return nonce.of(parser.parse(stream.responses().getLast()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(FuzzedDataProvider input) {
        List<String> names = new ArrayList<>();
        for (int i = input.consumeInt(0, 3); i > 0; i--) {
            names.add(input.consumeInt(0, 9) > 0 ? input.pickValue(NAMES) : input.consumeString(10));
        }
        return names;
    }
}
