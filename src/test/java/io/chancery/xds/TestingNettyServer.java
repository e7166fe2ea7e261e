package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotUpdate;
import io.chancery.snapshot.TestingResources;
import io.chancery.xds.TestingEngine.Client;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An engine behind a real port, set up as the product's. */
final class TestingNettyServer implements AutoCloseable {

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final XdsEngine engine;

    private final EventLoopGroup loops;
    private final Server server;
    private final List<ManagedChannel> channels = new ArrayList<>();

    private TestingNettyServer(int loopCount) throws IOException {
        loops = new MultiThreadIoEventLoopGroup(loopCount, NioIoHandler.newFactory());
        engine = new XdsEngine(new TestingEngine.CurrentSource(), loops, 100_000, new XdsMetrics(meters));
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        new XdsConfiguration()
                .xdsServer(loops, XdsPropertiesTest.bind(Map.of()))
                .customize(builder.addService(new DiscoveryServices(engine).aggregated())
                        .addService(new DiscoveryServices(engine).endpoints()));
        server = builder.channelType(NioServerSocketChannel.class).build().start();
    }

    static TestingNettyServer withLoops(int loops) throws IOException {
        return new TestingNettyServer(loops);
    }

    /** Gives the cluster {@code cart} a content that is told apart by the number. */
    void publish(int content) {
        ResourceSet clusters = TestingResources.with(ResourceSet.EMPTY, ResourceType.CLUSTER, "cart", content);
        engine.published(new SnapshotUpdate(
                        new Snapshot(new Revision(content), clusters, ResourceSet.EMPTY),
                        Map.of(ResourceType.CLUSTER, List.of("cart")),
                        0))
                .join();
    }

    /** A connection of its own. */
    ManagedChannel connect() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    /** Opens a stream on a connection of its own. */
    StreamObserver<DiscoveryRequest> open(Client client) {
        return AggregatedDiscoveryServiceGrpc.newStub(connect()).streamAggregatedResources(client);
    }

    /** Opens a delta stream on a connection of its own, whose responses are thrown away. */
    StreamObserver<DeltaDiscoveryRequest> openDelta() {
        return AggregatedDiscoveryServiceGrpc.newStub(connect()).deltaAggregatedResources(new StreamObserver<>() {
            @Override
            public void onNext(DeltaDiscoveryResponse response) {}

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onCompleted() {}
        });
    }

    /** Stops one event loop until the latch is counted down. */
    CountDownLatch standStill() throws InterruptedException {
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        loops.next().execute(() -> {
            stands.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        stands.await();
        return goOn;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
