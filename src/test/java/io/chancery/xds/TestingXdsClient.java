package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A raw client of one stream: sends what the test says, and shows what came. */
final class TestingXdsClient {

    enum Service {
        ADS,
        CDS,
        EDS
    }

    static final String CDS = ResourceType.CLUSTER.typeUrl();
    static final String EDS = ResourceType.ENDPOINT.typeUrl();

    /** A response of either variant; {@code resources} by name, with the version of each where the variant has one. */
    record Received(
            String typeUrl,
            String version,
            String nonce,
            String controlPlane,
            Map<String, Any> resources,
            Map<String, String> versions,
            List<String> removed) {

        ClusterLoadAssignment assignment(String name) {
            try {
                return Objects.requireNonNull(resources.get(name), name).unpack(ClusterLoadAssignment.class);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
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
    private String lastType = "";
    private @Nullable Node node =
            Node.newBuilder().setId("test-id").setCluster("mycluster").build();

    TestingXdsClient(TestingControlPlane controlPlane, ManagedChannel channel, Variant variant, Service service) {
        this.controlPlane = controlPlane;
        this.variant = variant;
        if (variant == Variant.SOTW) {
            delta = null;
            sotw = channel.newCall(sotwMethod(service), CallOptions.DEFAULT);
            sotw.start(new Listener<>(TestingXdsClient::received), new Metadata());
            sotw.request(Integer.MAX_VALUE);
        } else {
            sotw = null;
            delta = channel.newCall(deltaMethod(service), CallOptions.DEFAULT);
            delta.start(new Listener<>(TestingXdsClient::received), new Metadata());
            delta.request(Integer.MAX_VALUE);
        }
    }

    private static MethodDescriptor<DiscoveryRequest, DiscoveryResponse> sotwMethod(Service service) {
        return switch (service) {
            case ADS -> AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod();
            case CDS -> ClusterDiscoveryServiceGrpc.getStreamClustersMethod();
            case EDS -> EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod();
        };
    }

    private static MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaMethod(Service service) {
        return switch (service) {
            case ADS -> AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod();
            case CDS -> ClusterDiscoveryServiceGrpc.getDeltaClustersMethod();
            case EDS -> EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod();
        };
    }

    private final class Listener<T> extends ClientCall.Listener<T> {
        private final Function<T, Received> parse;

        Listener(Function<T, Received> parse) {
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
        Map<String, Any> resources = new TreeMap<>();
        response.getResourcesList().forEach(any -> {
            assertThat(any.getTypeUrl()).isEqualTo(response.getTypeUrl());
            assertThat(resources.put(name(any), any))
                    .as("twice in one response")
                    .isNull();
        });
        return new Received(
                response.getTypeUrl(),
                response.getVersionInfo(),
                response.getNonce(),
                response.getControlPlane().getIdentifier(),
                resources,
                Map.of(),
                List.of());
    }

    private static Received received(DeltaDiscoveryResponse response) {
        Map<String, Any> resources = new TreeMap<>();
        Map<String, String> versions = new TreeMap<>();
        response.getResourcesList().forEach(resource -> {
            assertThat(resource.getResource().getTypeUrl()).isEqualTo(response.getTypeUrl());
            assertThat(name(resource.getResource())).isEqualTo(resource.getName());
            assertThat(resources.put(resource.getName(), resource.getResource()))
                    .as("twice in one response")
                    .isNull();
            versions.put(resource.getName(), resource.getVersion());
        });
        assertThat(response.getRemovedResourcesList()).doesNotHaveDuplicates().noneMatch(resources::containsKey);
        return new Received(
                response.getTypeUrl(),
                response.getSystemVersionInfo(),
                response.getNonce(),
                response.getControlPlane().getIdentifier(),
                resources,
                versions,
                response.getRemovedResourcesList());
    }

    private static String name(Any any) {
        try {
            return any.getTypeUrl().equals(CDS)
                    ? any.unpack(Cluster.class).getName()
                    : any.unpack(ClusterLoadAssignment.class).getClusterName();
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
        node = Node.newBuilder().setId(id).build();
        return this;
    }

    /** Sends a request with the nonce and version of the last response taken of this type. */
    void ask(String typeUrl, String... names) {
        if (variant == Variant.SOTW) {
            send(request(typeUrl, names).build());
        } else {
            send(change(typeUrl).addAllResourceNamesSubscribe(List.of(names)).build());
        }
    }

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

    /** Accepts a response; a client of state-of-the-world repeats the names that it wants. */
    void ack(Received response, String... names) {
        if (variant == Variant.SOTW) {
            versions.put(response.typeUrl(), response.version());
            send(request(response.typeUrl(), names).build());
        } else {
            send(change(response.typeUrl()).setResponseNonce(response.nonce()).build());
        }
    }

    /** Refuses a response with a message. */
    void nack(Received response, String message, String... names) {
        Status error = Status.newBuilder().setCode(3).setMessage(message).build();
        if (variant == Variant.SOTW) {
            send(request(response.typeUrl(), names).setErrorDetail(error).build());
        } else {
            send(change(response.typeUrl())
                    .setResponseNonce(response.nonce())
                    .setErrorDetail(error)
                    .addAllResourceNamesSubscribe(List.of(names))
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
            lastType = response.typeUrl();
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

    /** The type of the last response taken. */
    String lastType() {
        return lastType;
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
