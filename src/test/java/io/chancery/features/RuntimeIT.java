package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingServer;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The layer of the original's node: its bytes, on each way that it can be asked for, and what becomes of a change. */
class RuntimeIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CHANGE = Duration.ofSeconds(1);
    private static final Duration BEGINNING = Duration.ofSeconds(10);
    private static final String RTDS = ResourceType.RUNTIME.typeUrl();
    private static final String LAYER = "/v1/runtime/runtime";
    private static final String START = """
            {"values": {"shuffle_sharding.total_hosts": 8, "shuffle_sharding.default_shard_size": 2,
              "shuffle_sharding.customer.customer-A.shard_size": 2, "shuffle_sharding.customer.customer-B.shard_size": 2,
              "shuffle_sharding.customer.customer-C.shard_size": 2}}""";

    private static TestingServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        server = TestingServer.start(folder.resolve("data"), "--chancery.store=memory");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private ManagedChannel channel;

    @BeforeEach
    void declare() throws IOException, InterruptedException {
        channel = NettyChannelBuilder.forTarget("dns:///127.0.0.1:" + server.xdsPort())
                .usePlaintext()
                .build();
        send("PUT", LAYER, START);
    }

    @AfterEach
    void removeAll() throws IOException, InterruptedException {
        channel.shutdownNow();
        for (JsonNode layer : JSON.readTree(server.get("/v1/runtime").body()).get("layers")) {
            send("DELETE", "/v1/runtime/" + layer.get("name").stringValue(), "");
        }
    }

    /** How a client asks. */
    enum Way {
        ADS {
            @Override
            Consumer<Said> open(ManagedChannel channel, Client client) {
                StreamObserver<DiscoveryRequest> requests =
                        AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(client.ofWorld());
                return said -> requests.onNext(said.ofWorld());
            }
        },
        DELTA_ADS {
            @Override
            Consumer<Said> open(ManagedChannel channel, Client client) {
                StreamObserver<DeltaDiscoveryRequest> requests =
                        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(client.ofChanges());
                return said -> requests.onNext(said.ofChanges());
            }
        },
        RTDS {
            @Override
            Consumer<Said> open(ManagedChannel channel, Client client) {
                StreamObserver<DiscoveryRequest> requests =
                        RuntimeDiscoveryServiceGrpc.newStub(channel).streamRuntime(client.ofWorld());
                return said -> requests.onNext(said.ofWorld());
            }
        },
        DELTA_RTDS {
            @Override
            Consumer<Said> open(ManagedChannel channel, Client client) {
                StreamObserver<DeltaDiscoveryRequest> requests =
                        RuntimeDiscoveryServiceGrpc.newStub(channel).deltaRuntime(client.ofChanges());
                return said -> requests.onNext(said.ofChanges());
            }
        };

        abstract Consumer<Said> open(ManagedChannel channel, Client client);
    }

    /**
     * What a client says.
     *
     * @param names that it asks for, of which those that it asked for before are repeated only in state of the world
     * @param nonce of what it acknowledges; empty for the first
     */
    record Said(List<String> names, String version, String nonce) {

        private static final Node NODE = Node.newBuilder()
                .setId("envoy-shuffle-shard")
                .setCluster("envoy-cluster")
                .build();

        DiscoveryRequest ofWorld() {
            return DiscoveryRequest.newBuilder()
                    .setNode(NODE)
                    .setTypeUrl(RuntimeIT.RTDS)
                    .addAllResourceNames(names)
                    .setVersionInfo(version)
                    .setResponseNonce(nonce)
                    .build();
        }

        DeltaDiscoveryRequest ofChanges() {
            return DeltaDiscoveryRequest.newBuilder()
                    .setNode(NODE)
                    .setTypeUrl(RuntimeIT.RTDS)
                    .addAllResourceNamesSubscribe(nonce.isEmpty() ? names : List.of())
                    .setResponseNonce(nonce)
                    .build();
        }
    }

    /** One stream that asks for layers and acknowledges what it is told. */
    static final class Client {

        private final List<String> names;
        private final List<Map<String, ByteString>> told = new CopyOnWriteArrayList<>();
        private final List<Throwable> ends = new CopyOnWriteArrayList<>();
        private final Consumer<Said> say;

        Client(ManagedChannel channel, Way way, String... names) {
            this.names = List.of(names);
            this.say = way.open(channel, this);
            say.accept(new Said(this.names, "", ""));
        }

        /** The bytes of a layer as they came, or nothing. */
        ByteString has(String layer) {
            ByteString last = ByteString.EMPTY;
            for (Map<String, ByteString> response : told) {
                last = response.getOrDefault(layer, last);
            }
            return last;
        }

        StreamObserver<DiscoveryResponse> ofWorld() {
            return observer(response -> {
                told.add(response.getResourcesList().stream().collect(Collectors.toMap(Client::nameOf, Any::getValue)));
                say.accept(new Said(names, response.getVersionInfo(), response.getNonce()));
            });
        }

        StreamObserver<DeltaDiscoveryResponse> ofChanges() {
            return observer(response -> {
                told.add(response.getResourcesList().stream()
                        .collect(Collectors.toMap(
                                resource -> resource.getName(),
                                resource -> resource.getResource().getValue())));
                say.accept(new Said(names, "", response.getNonce()));
            });
        }

        private static String nameOf(Any any) {
            try {
                return any.unpack(Runtime.class).getName();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private <T> StreamObserver<T> observer(Consumer<T> take) {
            return new StreamObserver<>() {
                @Override
                public void onNext(T response) {
                    take.accept(response);
                }

                @Override
                public void onError(Throwable thrown) {
                    ends.add(thrown);
                }

                @Override
                public void onCompleted() {
                    ends.add(new AssertionError("the server ended the stream"));
                }
            };
        }
    }

    private static ByteString original(int state) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src", "test", "resources", "original-runtime.hex")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        return ByteString.copyFrom(HexFormat.of().parseHex(lines.get(state)));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theOriginalsLayerIsServedInItsBytesAndChangesOnTheSameStream(Way way)
            throws IOException, InterruptedException {
        Client client = new Client(channel, way, "runtime");
        awaitStart(client);

        send("PATCH", LAYER, """
                {"values": {"shuffle_sharding.total_hosts": 12, "shuffle_sharding.customer.customer-A.shard_size": 3}}""");
        awaitBytes(client, original(1));
        send("PUT", LAYER + "/shuffle_sharding.customer.customer-B.shard_size", "4");
        awaitBytes(client, original(2));

        assertThat(client.told).as("each state once").hasSize(3);
        assertThat(client.ends).isEmpty();
    }

    /** The first connection to a server that has just started takes its time. */
    private static void awaitStart(Client client) throws IOException {
        ByteString expected = original(0);
        await("the first state")
                .atMost(BEGINNING)
                .until(() -> client.has("runtime").equals(expected));
    }

    private static void awaitBytes(Client client, ByteString expected) {
        await("the state")
                .atMost(CHANGE)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(client.has("runtime")).isEqualTo(expected));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aClientThatAsksForAnotherLayerIsToldThatOneOnly(Way way) throws IOException, InterruptedException {
        send("PUT", "/v1/runtime/other", "{\"values\": {\"a\": 1}}");
        Client other = new Client(channel, way, "other");
        Client client = new Client(channel, way, "runtime");
        awaitStart(client);
        await("the other layer").atMost(BEGINNING).until(() -> other.told.size() == 1);

        send("PUT", LAYER + "/shuffle_sharding.total_hosts", "12");
        send("PUT", "/v1/runtime/other/a", "2");
        await("the other layer's change").atMost(CHANGE).until(() -> other.told.size() == 2);

        assertThat(other.told).allSatisfy(response -> assertThat(response).containsOnlyKeys("other"));
        assertThat(client.told).allSatisfy(response -> assertThat(response).containsOnlyKeys("runtime"));
    }

    /** As many as fit into a second, each of which supersedes the one before. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void ofChangesInQuickSuccessionTheLastIsWhatStays(Way way) throws IOException, InterruptedException {
        Client client = new Client(channel, way, "runtime");
        awaitStart(client);

        for (int size = 2; size <= 8; size++) {
            send("PUT", LAYER + "/shuffle_sharding.customer.customer-A.shard_size", Integer.toString(size));
        }
        send("PATCH", LAYER, """
                {"values": {"shuffle_sharding.total_hosts": 12, "shuffle_sharding.customer.customer-A.shard_size": 3}}""");

        awaitBytes(client, original(1));
        JsonNode same = send("PATCH", LAYER + "?wait=acked&timeout=5s", "{}");
        assertThat(same.at("/receipt/complete").booleanValue(false)).isTrue();
        assertThat(client.has("runtime")).isEqualTo(original(1));
    }

    @Test
    void aChangeThatIsWaitedForHasAReceipt() throws IOException, InterruptedException {
        Client client = new Client(channel, Way.DELTA_ADS, "runtime");
        awaitStart(client);

        JsonNode answer = send("PUT", LAYER + "/shuffle_sharding.total_hosts?wait=acked&timeout=5s", "9");

        assertThat(answer.at("/receipt/concerned").intValue()).isEqualTo(1);
        assertThat(answer.at("/receipt/acknowledged").intValue()).isEqualTo(1);
        assertThat(answer.at("/changes/0/before").intValue()).isEqualTo(8);
    }

    /** What differs in no value is nothing to tell: neither the order nor the fallback is for Envoys. */
    @Test
    void whatEnvoysDoNotSeeIsNotSent() throws IOException, InterruptedException {
        Client client = new Client(channel, Way.DELTA_RTDS, "runtime");
        awaitStart(client);

        send(
                "PATCH",
                LAYER,
                "{\"order\": 3, \"fallback\": {\"shuffle_sharding.total_hosts\": 4}, \"labels\": {\"a\": \"b\"}}");
        send("PATCH", LAYER, """
                {"values": {"shuffle_sharding.total_hosts": 12, "shuffle_sharding.customer.customer-A.shard_size": 3}}""");

        awaitBytes(client, original(1));
        assertThat(client.told).hasSize(2);
    }

    @Test
    void nodesCanHaveALayerOfTheSameNameWithOtherValues() throws IOException, InterruptedException {
        send(
                "PUT",
                "/v1/runtime/shards",
                "{\"layer\": \"runtime\", \"nodes\": {\"id\": \"envoy-*\"}, \"values\": {\"a\": 1}}");
        Client client = new Client(channel, Way.ADS, "runtime");
        await("the layer for this node").atMost(BEGINNING).until(() -> !client.told.isEmpty());
        assertThat(client.has("runtime")).isNotEqualTo(original(0));

        send("DELETE", "/v1/runtime/shards", "");

        awaitBytes(client, original(0));
    }

    private static JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = server.send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body());
    }
}
