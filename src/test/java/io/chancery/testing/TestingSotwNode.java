package io.chancery.testing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * A client of one ADS stream of state of the world, on a connection of its own, that subscribes to everything of a type and
 * accepts all that it is sent.
 */
public final class TestingSotwNode implements AutoCloseable {

    private final Node node;
    private final ManagedChannel channel;
    private final StreamObserver<DiscoveryRequest> requests;
    private final List<DiscoveryResponse> received = new ArrayList<>();

    private TestingSotwNode(int port, String id) {
        this.node = Node.newBuilder().setId(id).build();
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        this.requests = AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(new Inbox());
    }

    /** Opens a stream. */
    public static TestingSotwNode connect(int port, String id) {
        return new TestingSotwNode(port, id);
    }

    /**
     * Subscribes to everything of a type.
     *
     * @param version of what it has from another stream, empty for nothing
     */
    public synchronized TestingSotwNode ask(String typeUrl, String version) {
        requests.onNext(DiscoveryRequest.newBuilder()
                .setNode(node)
                .setTypeUrl(typeUrl)
                .setVersionInfo(version)
                .build());
        return this;
    }

    private final class Inbox implements StreamObserver<DiscoveryResponse> {

        @Override
        public void onNext(DiscoveryResponse response) {
            accept(response);
        }

        @Override
        public void onError(Throwable thrown) {
            // the test sees by what it does not have
        }

        @Override
        public void onCompleted() {
            // likewise
        }
    }

    private synchronized void accept(DiscoveryResponse response) {
        received.add(response);
        requests.onNext(DiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setVersionInfo(response.getVersionInfo())
                .setResponseNonce(response.getNonce())
                .build());
    }

    /** The responses of a type, in order. */
    public synchronized List<DiscoveryResponse> received(String typeUrl) {
        return received.stream()
                .filter(response -> response.getTypeUrl().equals(typeUrl))
                .toList();
    }

    /** The version of the last response of a type; there must be one. */
    public String version(String typeUrl) {
        return received(typeUrl).getLast().getVersionInfo();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
