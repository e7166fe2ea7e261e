package io.chancery.testing;

import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** One client of the aggregated service, on a connection of its own, that subscribes to all clusters. */
public final class TestingStream implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

    /** How a stream ended, and when on {@link System#nanoTime}. */
    public record End(Status status, long nanos) {}

    private final ManagedChannel channel;
    private final Queue<DiscoveryResponse> responses = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();

    private TestingStream(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Opens one and waits for the first response; there must be a cluster. */
    public static TestingStream open(int port) {
        return open(
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build());
    }

    /** Opens another one as this client would, on its connection if that takes new streams. */
    public TestingStream again() {
        return open(channel);
    }

    private static TestingStream open(ManagedChannel channel) {
        TestingStream stream = new TestingStream(channel);
        StreamObserver<DiscoveryRequest> requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .streamAggregatedResources(new StreamObserver<>() {
                    @Override
                    public void onNext(DiscoveryResponse response) {
                        stream.responses.add(response);
                    }

                    @Override
                    public void onError(Throwable t) {
                        stream.end.complete(new End(Status.fromThrowable(t), System.nanoTime()));
                    }

                    @Override
                    public void onCompleted() {
                        stream.end.complete(new End(Status.OK, System.nanoTime()));
                    }
                });
        requests.onNext(DiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId("edge-1"))
                .setTypeUrl(CLUSTER)
                .build());
        await("the first response")
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> !stream.responses.isEmpty());
        return stream;
    }

    /** Waits for the end of the stream. */
    public End end() {
        return end.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    public boolean isOpen() {
        return !end.isDone();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
