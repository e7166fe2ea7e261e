package io.chancery.xds;

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
        XdsProperties properties = XdsPropertiesTest.bind(Map.of());
        engine = new XdsEngine(
                new TestingEngine.CurrentSource(), loops, properties.toSettings(), new XdsMetrics(meters));
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        new XdsConfiguration()
                .xdsServer(loops, engine, properties)
                .customize(builder.addService(new DiscoveryServices(engine).aggregated()));
        server = builder.channelType(NioServerSocketChannel.class).build().start();
    }

    static TestingNettyServer withLoops(int loops) throws IOException {
        return new TestingNettyServer(loops);
    }

    /** Gives the cluster {@code cart} a content that is told apart by the number. */
    void publish(int content) {
        engine.published(TestingEngine.cart(content)).join();
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
