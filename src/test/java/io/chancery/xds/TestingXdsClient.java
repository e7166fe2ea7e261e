package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.chancery.model.ResourceName;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.TestingResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A raw client of one stream: sends what the test says, and shows what came. */
final class TestingXdsClient {

    static final String CDS = ResourceType.CLUSTER.typeUrl();
    static final String EDS = ResourceType.ENDPOINT.typeUrl();
    static final String LEDS = ResourceType.LOCALITY_ENDPOINT.typeUrl();
    static final String LDS = ResourceType.LISTENER.typeUrl();
    static final String RDS = ResourceType.ROUTE.typeUrl();
    static final String SRDS = ResourceType.SCOPED_ROUTE.typeUrl();
    static final String VHDS = ResourceType.VIRTUAL_HOST.typeUrl();
    static final String SDS = ResourceType.SECRET.typeUrl();
    static final String RTDS = ResourceType.RUNTIME.typeUrl();
    static final String ECDS = ResourceType.EXTENSION_CONFIG.typeUrl();

    /**
     * A response of either variant.
     *
     * @param resources by name; those that came without a body, to keep alive what the client has or to say that there is
     *     none, have the default instance
     * @param versions of the resources, where they came with one
     * @param aliases of the resources, where they came with any
     * @param ttls of the resources, where they came with one
     */
    record Received(
            String typeUrl,
            String version,
            String nonce,
            String controlPlane,
            Map<String, Any> resources,
            Map<String, String> versions,
            Map<String, List<String>> aliases,
            Map<String, Duration> ttls,
            List<String> removed) {

        /** Whether the resource came with the content that {@link TestingControlPlane#declare} gives it. */
        boolean has(Way way, String name, int content) {
            return Objects.equals(
                    resources.get(way.name(name)),
                    Any.pack(TestingResources.message(way.type(), way.name(name), content)));
        }

        boolean hasBody(String name) {
            return !Objects.requireNonNull(resources.get(name), name).equals(Any.getDefaultInstance());
        }

        ClusterLoadAssignment assignment(String name) {
            return unpack(Objects.requireNonNull(resources.get(name), name), ClusterLoadAssignment.class);
        }

        /** The targets of an assignment as {@code IP:PORT}, in its order. */
        List<String> targets(String name) {
            return assignment(name).getEndpointsList().stream()
                    .flatMap(group -> group.getLbEndpointsList().stream())
                    .map(endpoint -> endpoint.getEndpoint().getAddress().getSocketAddress())
                    .map(address -> address.getAddress() + ":" + address.getPortValue())
                    .toList();
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    final Variant variant;
    private final TestingControlPlane controlPlane;
    private final @Nullable ClientCall<DiscoveryRequest, DiscoveryResponse> sotw;
    private final @Nullable ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta;
    private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<io.grpc.Status> end = new CompletableFuture<>();
    private final Map<String, String> nonces = new HashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, List<String>> wishes = new HashMap<>();
    private @Nullable Node node =
            Node.newBuilder().setId("test-id").setCluster("mycluster").build();

    /** Opens a stream of the aggregated service where {@code only} is empty, and else of the service of that type. */
    TestingXdsClient(
            TestingControlPlane controlPlane, ManagedChannel channel, Variant variant, Optional<ResourceType> only) {
        this(
                controlPlane,
                variant,
                variant == Variant.SOTW ? channel.newCall(TestingMethods.sotw(only), CallOptions.DEFAULT) : null,
                variant == Variant.DELTA ? channel.newCall(TestingMethods.delta(only), CallOptions.DEFAULT) : null);
    }

    TestingXdsClient(
            TestingControlPlane controlPlane,
            ManagedChannel channel,
            MethodDescriptor<DiscoveryRequest, DiscoveryResponse> method) {
        this(controlPlane, Variant.SOTW, channel.newCall(method, CallOptions.DEFAULT), null);
    }

    private TestingXdsClient(
            TestingControlPlane controlPlane,
            Variant variant,
            @Nullable ClientCall<DiscoveryRequest, DiscoveryResponse> sotw,
            @Nullable ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta) {
        this.controlPlane = controlPlane;
        this.variant = variant;
        this.sotw = sotw;
        this.delta = delta;
        if (sotw != null) {
            sotw.start(new Events<>(TestingXdsClient::received), new Metadata());
        }
        if (delta != null) {
            delta.start(new Events<>(TestingXdsClient::received), new Metadata());
        }
    }

    /** Takes responses from now on; before that the server finds the stream not ready. */
    TestingXdsClient reading() {
        if (sotw != null) {
            sotw.request(Integer.MAX_VALUE);
        } else {
            requireDelta().request(Integer.MAX_VALUE);
        }
        return this;
    }

    private final class Events<T> extends ClientCall.Listener<T> {
        private final Function<T, Received> parse;

        Events(Function<T, Received> parse) {
            this.parse = parse;
        }

        @Override
        public void onMessage(T message) {
            inbox.add(parse.apply(message));
        }

        @Override
        public void onClose(io.grpc.Status status, Metadata trailers) {
            end.complete(status);
        }
    }

    private static Received received(DiscoveryResponse response) {
        List<Resource> resources = new ArrayList<>();
        for (Any any : response.getResourcesList()) {
            if (any.is(Resource.class)) {
                resources.add(unpack(any, Resource.class));
            } else {
                assertThat(any.getTypeUrl()).isEqualTo(response.getTypeUrl());
                resources.add(Resource.newBuilder()
                        .setName(ResourceName.canonical(name(any)))
                        .setResource(any)
                        .build());
            }
        }
        return received(DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setSystemVersionInfo(response.getVersionInfo())
                .setNonce(response.getNonce())
                .setControlPlane(response.getControlPlane())
                .addAllResources(resources)
                .build());
    }

    private static Received received(DeltaDiscoveryResponse response) {
        Map<String, Any> resources = new TreeMap<>();
        Map<String, String> versions = new TreeMap<>();
        Map<String, List<String>> aliases = new TreeMap<>();
        Map<String, Duration> ttls = new TreeMap<>();
        response.getResourcesList().forEach(resource -> {
            String name = resource.getName();
            if (resource.hasResource()) {
                assertThat(resource.getResource().getTypeUrl()).isEqualTo(response.getTypeUrl());
                // A single endpoint of a collection has no name of its own.
                assertThat(ResourceName.canonical(name(resource.getResource()))).isIn(name, "");
            }
            assertThat(resources.put(name, resource.getResource()))
                    .as("twice in one response")
                    .isNull();
            if (!resource.getVersion().isEmpty()) {
                versions.put(name, resource.getVersion());
            }
            if (resource.getAliasesCount() > 0) {
                aliases.put(name, resource.getAliasesList());
            }
            if (resource.hasTtl()) {
                ttls.put(
                        name,
                        Duration.ofSeconds(
                                resource.getTtl().getSeconds(),
                                resource.getTtl().getNanos()));
            }
        });
        assertThat(response.getRemovedResourcesList()).doesNotHaveDuplicates().noneMatch(resources::containsKey);
        return new Received(
                response.getTypeUrl(),
                response.getSystemVersionInfo(),
                response.getNonce(),
                response.getControlPlane().getIdentifier(),
                resources,
                versions,
                aliases,
                ttls,
                response.getRemovedResourcesList());
    }

    /** The name that a resource has in its own content. */
    private static String name(Any any) {
        ResourceType type = ResourceType.ofTypeUrl(any.getTypeUrl()).orElseThrow();
        return switch (type) {
            case CLUSTER -> unpack(any, Cluster.class).getName();
            case ENDPOINT -> unpack(any, ClusterLoadAssignment.class).getClusterName();
            case LOCALITY_ENDPOINT -> "";
            case LISTENER -> unpack(any, Listener.class).getName();
            case ROUTE -> unpack(any, RouteConfiguration.class).getName();
            case SCOPED_ROUTE -> unpack(any, ScopedRouteConfiguration.class).getName();
            case VIRTUAL_HOST -> unpack(any, VirtualHost.class).getName();
            case SECRET -> unpack(any, Secret.class).getName();
            case RUNTIME -> unpack(any, Runtime.class).getName();
            case EXTENSION_CONFIG -> unpack(any, TypedExtensionConfig.class).getName();
        };
    }

    private static <T extends Message> T unpack(Any any, Class<T> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** Leaves the node out of the requests that follow. */
    TestingXdsClient withoutNode() {
        node = null;
        return this;
    }

    TestingXdsClient withNode(String id) {
        return withNode(Node.newBuilder().setId(id).build());
    }

    TestingXdsClient withNode(Node described) {
        node = described;
        return this;
    }

    /** Asks for these names: in state of the world for exactly these, in delta for these too. */
    void ask(String typeUrl, String... names) {
        if (variant == Variant.SOTW) {
            wish(typeUrl).clear();
        }
        subscribe(typeUrl, names);
    }

    /** Asks for these names beside those it wants already. */
    void subscribe(String typeUrl, String... names) {
        if (variant == Variant.SOTW) {
            wish(typeUrl).addAll(List.of(names));
            send(request(typeUrl, wished(typeUrl)).build());
        } else {
            send(change(typeUrl).addAllResourceNamesSubscribe(List.of(names)).build());
        }
    }

    void unsubscribe(String typeUrl, String... names) {
        if (variant == Variant.SOTW) {
            wish(typeUrl).removeAll(List.of(names));
            send(request(typeUrl, wished(typeUrl)).build());
        } else {
            send(change(typeUrl).addAllResourceNamesUnsubscribe(List.of(names)).build());
        }
    }

    void ask(Way way, String... names) {
        ask(way.typeUrl(), way.names(names));
    }

    void subscribe(Way way, String... names) {
        subscribe(way.typeUrl(), way.names(names));
    }

    void unsubscribe(Way way, String... names) {
        unsubscribe(way.typeUrl(), way.names(names));
    }

    private List<String> wish(String typeUrl) {
        return wishes.computeIfAbsent(typeUrl, _ -> new ArrayList<>());
    }

    private String[] wished(String typeUrl) {
        return wish(typeUrl).toArray(String[]::new);
    }

    /** A request with the nonce and version of the last response taken of this type. */
    DiscoveryRequest.Builder request(String typeUrl, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(typeUrl)
                .setResponseNonce(nonces.getOrDefault(typeUrl, ""))
                .setVersionInfo(versions.getOrDefault(typeUrl, ""))
                .addAllResourceNames(List.of(names));
    }

    DeltaDiscoveryRequest.Builder change(String typeUrl) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(typeUrl);
    }

    void send(DiscoveryRequest request) {
        requireSotw()
                .sendMessage(
                        node == null
                                ? request
                                : request.toBuilder().setNode(node).build());
    }

    void send(DeltaDiscoveryRequest request) {
        requireDelta()
                .sendMessage(
                        node == null
                                ? request
                                : request.toBuilder().setNode(node).build());
    }

    /**
     * Accepts a response; a client of state of the world repeats the names that it wants.
     *
     * @param names if given, what such a client wants from now on
     */
    void ack(Received response, String... names) {
        if (variant == Variant.SOTW) {
            if (names.length > 0) {
                wish(response.typeUrl()).clear();
                wish(response.typeUrl()).addAll(List.of(names));
            }
            versions.put(response.typeUrl(), response.version());
            send(request(response.typeUrl(), wished(response.typeUrl())).build());
        } else {
            send(change(response.typeUrl()).setResponseNonce(response.nonce()).build());
        }
    }

    /** Refuses a response with a message, and asks for more names with it. */
    void nack(Received response, String message, String... more) {
        Status error = Status.newBuilder().setCode(3).setMessage(message).build();
        if (variant == Variant.SOTW) {
            wish(response.typeUrl()).addAll(List.of(more));
            send(request(response.typeUrl(), wished(response.typeUrl()))
                    .setErrorDetail(error)
                    .build());
        } else {
            send(change(response.typeUrl())
                    .setResponseNonce(response.nonce())
                    .setErrorDetail(error)
                    .addAllResourceNamesSubscribe(List.of(more))
                    .build());
        }
    }

    /** Waits for the next response. */
    Received next() {
        try {
            @Nullable Received response = inbox.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(response).as("a response (stream: %s)", end).isNotNull();
            assertThat(response.nonce()).isNotEmpty();
            nonces.put(response.typeUrl(), response.nonce());
            return response;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes the next response and accepts it. */
    Received nextAcked(String... names) {
        Received response = next();
        ack(response, names);
        return response;
    }

    /** Waits for the next response, which must be of the type. */
    Received next(String typeUrl) {
        Received response = next();
        assertThat(response.typeUrl()).isEqualTo(typeUrl);
        return response;
    }

    /** Takes and accepts all that comes until nothing is under way any more. */
    List<Received> rest() {
        List<Received> all = new ArrayList<>();
        controlPlane.settle();
        while (!inbox.isEmpty()) {
            while (!inbox.isEmpty()) {
                all.add(nextAcked());
            }
            controlPlane.settle();
        }
        return all;
    }

    /** Lets all that is under way arrive, and shows that none of it is a response to this client. */
    void isQuiet() {
        controlPlane.settle();
        assertThat(inbox).isEmpty();
        assertThat(end).isNotDone();
    }

    io.grpc.Status ended() {
        await("the end of the stream").atMost(PATIENCE).until(end::isDone);
        return end.join();
    }

    void halfClose() {
        if (sotw != null) {
            sotw.halfClose();
        } else {
            requireDelta().halfClose();
        }
    }

    void cancel() {
        if (sotw != null) {
            sotw.cancel("the test is over", null);
        } else {
            requireDelta().cancel("the test is over", null);
        }
    }

    private ClientCall<DiscoveryRequest, DiscoveryResponse> requireSotw() {
        assertThat(sotw).isNotNull();
        return sotw;
    }

    private ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> requireDelta() {
        assertThat(delta).isNotNull();
        return delta;
    }
}
