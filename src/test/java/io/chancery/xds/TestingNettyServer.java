package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
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
import java.util.EnumMap;
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
        TestingEngine.CurrentSource source = new TestingEngine.CurrentSource();
        engine = new XdsEngine(source, loops, properties.toSettings(), new XdsMetrics(meters));
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        XdsConfiguration configuration = new XdsConfiguration();
        LoadReportService loads =
                configuration.loadReportService(source, engine, new LoadReports(), properties, meters);
        configuration
                .xdsServer(loops, engine, loads, properties)
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

    /** Gives all nodes these resources, and says that they have changed. */
    void publish(int revision, Map<ResourceType, ResourceSet> sets) {
        Map<ResourceType, List<String>> changed = new EnumMap<>(ResourceType.class);
        sets.forEach((type, set) ->
                changed.put(type, set.all().stream().map(Resource::name).toList()));
        engine.published(TestingEngine.update(new Snapshot(new Revision(revision), sets), changed))
                .join();
    }

    /** As many resources of a type, numbered under a name from 0 on. */
    static ResourceSet many(ResourceType type, String name, int count) {
        ResourceSet set = ResourceSet.EMPTY;
        for (int i = 0; i < count; i++) {
            set = TestingResources.with(set, type, name + i, 1);
        }
        return set;
    }

    int port() {
        return server.getPort();
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
