package io.chancery.xds;

import com.google.protobuf.Message;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.manifest.spec.EndpointDiscovery;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TestingSpecs;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegistrationRequest;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.HoldOff;
import io.chancery.snapshot.Quarantine;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotPublisher;
import io.chancery.snapshot.SnapshotSource;
import io.chancery.snapshot.TestingResources;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The whole way from registry to stream in one process: the product's own parts, an in-memory store, in-process gRPC. */
final class TestingControlPlane implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final SnapshotClient SETTLER =
            new SnapshotClient(new Node("settler", "", Locality.UNKNOWN, Map.of()), EndpointForm.PLAIN);

    final SimpleMeterRegistry meters;
    final EndpointRegistry registry;
    final ManifestRegistry manifests;
    final SnapshotPublisher publisher;
    final XdsEngine engine;

    private final EventExecutorGroup loops = new DefaultEventExecutorGroup(2);
    private final Server server;
    private final ManagedChannel channel;
    private final List<TestingXdsClient> clients = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>();

    TestingControlPlane() {
        this(Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry()), new SimpleMeterRegistry());
    }

    TestingControlPlane(Store store, SimpleMeterRegistry meters) {
        this(store, meters, 10_000);
    }

    private TestingControlPlane(Store store, SimpleMeterRegistry meters, int maxStreams) {
        this.meters = meters;
        registry = new EndpointRegistry(store, 20_000, meters);
        manifests = new ManifestRegistry(
                store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
        publisher = new SnapshotPublisher(
                registry, manifests, Quarantine.NONE, new HoldOff(Duration.ZERO, Duration.ofMillis(50)), 0, meters);
        engine = new XdsEngine(publisher, loops, settings(maxStreams), new XdsMetrics(meters));
        owned.addAll(List.of(publisher, registry, manifests, store));
        String name = UUID.randomUUID().toString();
        server = serve(name, engine);
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    /** Shares another's registry and snapshots, but learns from another source when it may answer. */
    private TestingControlPlane(TestingControlPlane other, SnapshotSource source) {
        meters = new SimpleMeterRegistry();
        registry = other.registry;
        manifests = other.manifests;
        publisher = other.publisher;
        engine = new XdsEngine(source, loops, settings(10_000), new XdsMetrics(meters));
        String name = UUID.randomUUID().toString();
        server = serve(name, engine);
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    TestingControlPlane behind(SnapshotSource source) {
        return new TestingControlPlane(this, source);
    }

    private static EngineSettings settings(int maxStreams) {
        return new EngineSettings(maxStreams, Duration.ofSeconds(5), true, StreamAge.UNLIMITED);
    }

    private static Server serve(String name, XdsEngine engine) {
        DiscoveryServices services = new DiscoveryServices(engine);
        try {
            InProcessServerBuilder builder =
                    InProcessServerBuilder.forName(name).directExecutor().addService(services.aggregated());
            services.single().forEach(builder::addService);
            return builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TestingControlPlane withMaxStreams(int maxStreams) {
        return new TestingControlPlane(
                Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry()),
                new SimpleMeterRegistry(),
                maxStreams);
    }

    void register(String service, String... targets) {
        for (String target : targets) {
            registry.register(new ServiceName(service), endpoint(target), Precondition.NONE);
        }
    }

    void deregister(String service, String target) {
        registry.deregister(new ServiceName(service), new EndpointId(target), Precondition.NONE);
    }

    /** Empties the service, and when that has been told to the clients removes it, so that its resources are gone. */
    void remove(String service) {
        ServiceName name = new ServiceName(service);
        List<RegistrationRequest> all = registry.view().service(name).orElseThrow().endpoints().keySet().stream()
                .<RegistrationRequest>map(id -> new RegistrationRequest.Deregister(name, id))
                .toList();
        if (!all.isEmpty()) {
            registry.applyBatch(all);
            settle();
        }
        registry.removeService(name);
    }

    /** Registers one endpoint in each service, and returns their clusters as compiled. */
    List<Resource> clusters(String... services) {
        CompletableFuture<Snapshot> compiled = new CompletableFuture<>();
        for (String service : services) {
            register(service, "10.0.0.1:80");
        }
        publisher.addListener(update -> {
            compiled.complete(update.groups().values().iterator().next().snapshot());
            return CompletableFuture.completedFuture(null);
        });
        settle();
        ResourceSet clusters = compiled.join().resources(ResourceType.CLUSTER);
        return Stream.of(services)
                .map(name -> Objects.requireNonNull(clusters.get(name)))
                .toList();
    }

    static Endpoint endpoint(String target) {
        return Endpoint.of(HostPort.parse(target));
    }

    /** Declares a resource for every node, whose content is told apart by a number. */
    void declare(ResourceType type, String name, int content) {
        declare(NodeSelector.EVERY, type, name, content);
    }

    void declare(Way way, String name, int content) {
        declare(way.type(), way.name(name), content);
    }

    void undeclare(Way way, String name) {
        undeclare(way.type(), way.name(name));
    }

    /** Declares a resource for some nodes. */
    void declare(NodeSelector nodes, ResourceType type, String name, int content) {
        apply(put(nodes, type, TestingResources.message(type, name, content), Optional.empty()));
    }

    /** Declares a resource for every node. */
    void declare(ResourceType type, Message content) {
        apply(put(type, content));
    }

    static Change put(ResourceType type, Message content) {
        return put(NodeSelector.EVERY, type, content, Optional.empty());
    }

    /** The manifest's name follows from the resource's and from who it is for. */
    static Change put(NodeSelector nodes, ResourceType type, Message content, Optional<Duration> ttl) {
        String name = TestingResources.name(type, content);
        return new Change.Put(
                new Manifest(
                        key(nodes, type, name), nodes, new TreeMap<>(), new Spec.RawResource(type, name, content, ttl)),
                Precondition.NONE);
    }

    void undeclare(ResourceType type, String name) {
        apply(drop(type, name));
    }

    void undeclare(NodeSelector nodes, ResourceType type, String name) {
        apply(new Change.Delete(key(nodes, type, name), Precondition.NONE));
    }

    static Change drop(ResourceType type, String name) {
        return new Change.Delete(key(NodeSelector.EVERY, type, name), Precondition.NONE);
    }

    static ManifestKey key(NodeSelector nodes, ResourceType type, String name) {
        return new ManifestKey(
                ManifestKind.RESOURCE,
                type.shortName()
                        + '.'
                        + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8))
                        + '.'
                        + Integer.toHexString(nodes.hashCode()));
    }

    /** Makes all the changes in one transaction. */
    void apply(Change... changes) {
        ApplyResult result = manifests.apply(List.of(changes), "test");
        if (!(result instanceof ApplyResult.Applied)) {
            throw new AssertionError(result);
        }
    }

    /** Sends a service's endpoints one by one, as a collection, to those that can take it. */
    void declareLarge(String service) {
        declare(service, EndpointDiscovery.LEDS);
    }

    void declareOrdinary(String service) {
        declare(service, EndpointDiscovery.EDS);
    }

    private void declare(String service, EndpointDiscovery discovery) {
        apply(new Change.Put(
                new Manifest(
                        new ManifestKey(ManifestKind.SERVICE, service),
                        NodeSelector.EVERY,
                        new TreeMap<>(),
                        TestingSpecs.service(discovery)),
                Precondition.NONE));
    }

    TestingXdsClient ads(Variant variant) {
        return client(variant, Optional.empty());
    }

    /** Opens a stream of the aggregated service where {@code only} is empty, and else of the service of that type. */
    TestingXdsClient client(Variant variant, Optional<ResourceType> only) {
        return silent(variant, only).reading();
    }

    /** Calls a method that does not exist, as one of state of the world. */
    TestingXdsClient unimplemented(String method) {
        TestingXdsClient client = new TestingXdsClient(
                this,
                channel,
                TestingMethods.sotw(Optional.empty()).toBuilder()
                        .setFullMethodName(method)
                        .build());
        clients.add(client);
        return client.reading();
    }

    /** Opens a stream of a client that does not read yet. */
    TestingXdsClient silent(Variant variant, Optional<ResourceType> only) {
        TestingXdsClient client = new TestingXdsClient(this, channel, variant, only);
        clients.add(client);
        return client;
    }

    /**
     * Waits until everything that was committed or sent before has gone all the way: published, applied by each partition,
     * and written to the clients. What a client has not been sent by then it is not going to be sent.
     */
    void settle() {
        CompletableFuture<Void> current = new CompletableFuture<>();
        try (SnapshotSource.Demand _ = publisher.connect(SETTLER, () -> current.complete(null))) {
            current.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            // A stream that has sent many requests in one go is read in turns.
            for (int round = 0; round < 20; round++) {
                for (EventExecutor loop : loops) {
                    loop.submit(() -> {}).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException("the control plane does not come to rest", e);
        }
    }

    double meter(String name, String... tags) {
        return meters.get(name).tags(tags).meter().measure().iterator().next().getValue();
    }

    @Override
    public void close() {
        clients.forEach(TestingXdsClient::cancel);
        channel.shutdownNow();
        server.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        for (AutoCloseable part : owned) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
