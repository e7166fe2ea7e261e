package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.Grouping;
import io.chancery.snapshot.NodeGroup;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotListener;
import io.chancery.snapshot.SnapshotSource;
import io.chancery.snapshot.SnapshotUpdate;
import io.chancery.snapshot.TestingResources;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An engine with one event loop whose time passes only when the test says so; everything happens on the test's thread.
 * Of its clusters one exists, {@code cart}.
 */
final class TestingEngine implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final XdsEngine engine;

    final LoadReports loads = new LoadReports();
    final NavigableSet<String> clusters = new TreeSet<>(Set.of("cart"));
    final LoadReportService loadService;

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Server server;
    private final ManagedChannel channel;

    TestingEngine() {
        this(StreamAge.UNLIMITED);
    }

    TestingEngine(StreamAge age) {
        loop.freezeTime();
        engine = new XdsEngine(
                new CurrentSource(),
                List.of(loop.eventLoop()),
                new EngineSettings(10_000, Duration.ofSeconds(5), true, age),
                new XdsMetrics(meters));
        loadService = new LoadReportService(
                engine,
                loads,
                _ -> new TreeSet<>(clusters),
                new LoadReportService.Wish(Duration.ofSeconds(10), true),
                () -> NOW,
                new LoadReportMetrics(meters));
        publish(1);
        String name = UUID.randomUUID().toString();
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(new DiscoveryServices(engine).aggregated())
                    .addService(loadService.definition())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    /** A source whose clients are current at once; the test publishes. */
    static final class CurrentSource implements SnapshotSource {
        @Override
        public void addListener(SnapshotListener listener) {}

        @Override
        public Demand connect(SnapshotClient client, Runnable current) {
            current.run();
            return () -> {};
        }

        @Override
        public boolean isAwaited(Revision revision) {
            return false;
        }
    }

    /** Gives the cluster a content that is told apart by the number. */
    void publish(int content) {
        engine.published(cart(content)).exceptionally(e -> {
            throw new AssertionError(e);
        });
        run();
    }

    /** An update to a snapshot for every node, with one cluster, whose content is told apart by the number. */
    static SnapshotUpdate cart(int content) {
        ResourceSet clusters = TestingResources.with(ResourceSet.EMPTY, ResourceType.CLUSTER, "cart", content);
        return update(
                new Snapshot(new Revision(content), Map.of(ResourceType.CLUSTER, clusters)),
                Map.of(ResourceType.CLUSTER, List.of("cart")));
    }

    /** An update to this snapshot for every node. */
    static SnapshotUpdate update(Snapshot snapshot, Map<ResourceType, List<String>> changed) {
        return new SnapshotUpdate(
                snapshot.revision(),
                new Grouping(Set.of(), false),
                Map.of(new NodeGroup(Set.of(), EndpointForm.PLAIN), new SnapshotUpdate.GroupUpdate(snapshot, changed)),
                Set.of(),
                0);
    }

    /** Runs what is due now. */
    void run() {
        loop.runPendingTasks();
    }

    /** Lets time pass, and runs what becomes due. */
    void pass(Duration time) {
        loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runPendingTasks();
    }

    /** Whether anything is to happen later. */
    boolean hasTimers() {
        return loop.runScheduledPendingTasks() != -1;
    }

    /** A stream of state of the world. */
    static final class Client implements StreamObserver<DiscoveryResponse> {

        final List<DiscoveryResponse> responses = new CopyOnWriteArrayList<>();
        volatile Optional<Status> end = Optional.empty();

        @Override
        public void onNext(DiscoveryResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable t) {
            end = Optional.of(((StatusRuntimeException) t).getStatus());
        }

        @Override
        public void onCompleted() {
            end = Optional.of(Status.OK);
        }
    }

    /** Opens a stream that asks for nothing yet. */
    StreamObserver<DiscoveryRequest> open(Client client) {
        StreamObserver<DiscoveryRequest> requests =
                AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(client);
        run();
        return requests;
    }

    /** Opens a stream for load reports. */
    StreamObserver<LoadStatsRequest> openLoads(StreamObserver<LoadStatsResponse> client) {
        return LoadReportingServiceGrpc.newStub(channel).streamLoadStats(client);
    }

    /** Opens a stream over which any bytes can be sent. */
    TestingRawStream openRaw(MethodDescriptor<?, ?> method) {
        TestingRawStream stream = new TestingRawStream(channel, method);
        run();
        return stream;
    }

    /** Opens a stream that asks for all clusters. */
    Client connect() {
        Client client = new Client();
        open(client).onNext(clusters());
        run();
        return client;
    }

    static DiscoveryRequest clusters() {
        return DiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId("edge-1"))
                .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                .build();
    }

    double openStreams() {
        return meters.get("chancery.xds.streams").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        loop.finishAndReleaseAll();
    }
}
