package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.InvalidProtocolBufferException;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingProxy;
import io.chancery.xds.TestingEngine.Client;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the protocol's text demands where it depends on real connections. */
class WireObligationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** So that 30,000 clusters have more than a client takes in one message. */
    private static final String LONG_NAME = "a-cluster-with-quite-a-long-name-".repeat(4);

    private final Logger log = (Logger) LoggerFactory.getLogger("io.chancery");
    private TestingNettyServer server;

    @BeforeEach
    void start() throws IOException {
        log.setLevel(Level.WARN);
        server = TestingNettyServer.withLoops(2);
    }

    @AfterEach
    void close() {
        server.close();
        log.setLevel(null);
    }

    @Test
    void o17FiveThousandStreamsOfOneConnectionAreAllServed() throws IOException {
        int streams = 5_000;
        server.publish(
                1, Map.of(ResourceType.ENDPOINT, TestingNettyServer.many(ResourceType.ENDPOINT, "name-", streams)));
        try (TestingProxy proxy = TestingProxy.to(server.port())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", proxy.port())
                    .usePlaintext()
                    .build();
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                Client client = new Client();
                EndpointDiscoveryServiceGrpc.newStub(channel)
                        .streamEndpoints(client)
                        .onNext(TestingEngine.clusters().toBuilder()
                                .clearTypeUrl()
                                .addResourceNames("name-" + i)
                                .build());
                clients.add(client);
            }

            await("all to be served")
                    .atMost(PATIENCE)
                    .until(() -> clients.stream().noneMatch(client -> client.responses.isEmpty()));
            assertThat(clients).allMatch(client -> client.end.isEmpty());
            assertThat(proxy.connections()).isEqualTo(1);
            channel.shutdownNow();
        }
    }

    @Test
    void o18ThirtyThousandClustersReachADeltaClientThatTakesFourMebibytes() {
        int clusters = 30_000;
        server.publish(
                1, Map.of(ResourceType.CLUSTER, TestingNettyServer.many(ResourceType.CLUSTER, LONG_NAME, clusters)));
        Set<String> got = ConcurrentHashMap.newKeySet();
        Queue<Integer> parts = new ConcurrentLinkedQueue<>();
        Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
        DeltaDiscoveryRequest ask = DeltaDiscoveryRequest.newBuilder()
                .setNode(TestingEngine.clusters().getNode())
                .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                .build();
        Queue<String> nonces = new ConcurrentLinkedQueue<>();
        StreamObserver<DeltaDiscoveryRequest> stream = AggregatedDiscoveryServiceGrpc.newStub(server.connect())
                .deltaAggregatedResources(new StreamObserver<>() {
                    @Override
                    public void onNext(DeltaDiscoveryResponse response) {
                        response.getResourcesList().stream()
                                .map(Resource::getName)
                                .forEach(got::add);
                        parts.add(response.getSerializedSize());
                        nonces.add(response.getNonce());
                    }

                    @Override
                    public void onError(Throwable t) {
                        faults.add(t);
                    }

                    @Override
                    public void onCompleted() {}
                });
        stream.onNext(ask);

        await("all clusters").atMost(PATIENCE).until(() -> {
            for (String nonce = nonces.poll(); nonce != null; nonce = nonces.poll()) {
                stream.onNext(ask.toBuilder().setResponseNonce(nonce).build());
            }
            return got.size() == clusters || !faults.isEmpty();
        });
        assertThat(faults).isEmpty();
        assertThat(parts).hasSizeGreaterThan(1).allMatch(size -> size < 4 << 20);
    }

    @Test
    void o18WhatCannotBeDividedIsSentAndWarnedOfOnce() {
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        warnings.start();
        Logger engineLog = (Logger) LoggerFactory.getLogger(OversizedResponses.class);
        engineLog.addAppender(warnings);
        server.publish(
                1, Map.of(ResourceType.CLUSTER, TestingNettyServer.many(ResourceType.CLUSTER, LONG_NAME, 30_000)));

        for (int time = 1; time <= 2; time++) {
            Client client = new Client();
            AggregatedDiscoveryServiceGrpc.newStub(server.connect())
                    .withMaxInboundMessageSize(Integer.MAX_VALUE)
                    .streamAggregatedResources(client)
                    .onNext(TestingEngine.clusters());
            await("all clusters").atMost(PATIENCE).until(() -> !client.responses.isEmpty());
            assertThat(client.responses.getFirst().getResourcesCount()).isEqualTo(30_000);
            double expected = time;
            await("the count")
                    .until(() -> server.meters
                                    .get("chancery.xds.oversized")
                                    .counter()
                                    .count()
                            == expected);
        }

        engineLog.detachAppender(warnings);
        assertThat(warnings.list).hasSize(1);
        assertThat(warnings.list.getFirst().getFormattedMessage()).contains("node=edge-1", "type=cds");
    }

    @Test
    void o12TenThousandStreamsThatComeAndGoOnOneConnectionLeaveNothingBehind() {
        server.publish(1);
        ManagedChannel channel = server.connect();
        openAndClose(channel, 1_000);
        long before = usedHeap();

        openAndClose(channel, 10_000);

        await("the last streams to be forgotten").until(() -> server.engine.subscriberCount() == 0);
        assertThat(server.engine.collect(Optional::of)).isEmpty();
        assertThat(server.meters.get("chancery.xds.streams").gauges().stream()
                        .mapToDouble(gauge -> gauge.value())
                        .sum())
                .isZero();
        assertThat(usedHeap() - before).as("growth of the heap in bytes").isLessThan(8 << 20);
    }

    /** One client takes no message from its connection, another takes but never answers; a third is as it should be. */
    @Test
    void o66ClientsThatNeverReadOrNeverAnswerHoldUpNobodyAndCostNoMemory() {
        server.publish(1);
        AnsweringClient deaf = new AnsweringClient(0);
        deaf.open(server.connect());
        AnsweringClient mute = new AnsweringClient(Integer.MAX_VALUE);
        mute.answers = false;
        mute.open(server.connect());
        AnsweringClient good = new AnsweringClient(Integer.MAX_VALUE);
        good.open(server.connect());
        await("all three").until(() -> server.engine.subscriberCount() == 3 && good.content == 1 && mute.content == 1);
        long before = usedHeap();

        int updates = 10_000;
        for (int i = 2; i <= updates; i++) {
            server.publish(i);
            if (i % 100 == 0) {
                int content = i;
                await("the good client's update")
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> good.content == content);
            }
        }

        assertThat(usedHeap() - before).as("growth of the heap in bytes").isLessThan(8 << 20);
        assertThat(mute.responses).isEqualTo(1);
        deaf.read();
        await("the latest state, at the second response").until(() -> deaf.content == updates);
        assertThat(deaf.responses).isEqualTo(2);
        mute.answer();
        await("the latest state, at the second response").until(() -> mute.content == updates);
        assertThat(mute.responses).isEqualTo(2);
    }

    /** Asks for all clusters. */
    private static final class AnsweringClient implements ClientResponseObserver<DiscoveryRequest, DiscoveryResponse> {

        private final int credit;
        private @Nullable ClientCallStreamObserver<DiscoveryRequest> requests;
        private @Nullable DiscoveryResponse last;
        private volatile boolean answers = true;
        private volatile int responses;
        private volatile int content;

        /** Makes one that takes so many messages by itself. */
        AnsweringClient(int credit) {
            this.credit = credit;
        }

        void open(ManagedChannel channel) {
            AggregatedDiscoveryServiceGrpc.newStub(channel)
                    .streamAggregatedResources(this)
                    .onNext(TestingEngine.clusters());
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<DiscoveryRequest> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(credit);
        }

        @Override
        public synchronized void onNext(DiscoveryResponse response) {
            responses++;
            last = response;
            try {
                String mark = response.getResources(0).unpack(Cluster.class).getAltStatName();
                content = Integer.parseInt(mark.substring(mark.lastIndexOf('-') + 1));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
            if (answers) {
                answer();
            }
        }

        synchronized void answer() {
            DiscoveryResponse response = Objects.requireNonNull(last);
            Objects.requireNonNull(requests)
                    .onNext(TestingEngine.clusters().toBuilder()
                            .setResponseNonce(response.getNonce())
                            .setVersionInfo(response.getVersionInfo())
                            .build());
        }

        void read() {
            Objects.requireNonNull(requests).request(Integer.MAX_VALUE);
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
    }

    /** A hundred at a time; half of them say goodbye, the others are cut off. */
    private static void openAndClose(ManagedChannel channel, int count) {
        for (int round = 0; round < count / 100; round++) {
            List<Client> clients = new ArrayList<>();
            List<StreamObserver<DiscoveryRequest>> requests = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Client client = new Client();
                StreamObserver<DiscoveryRequest> stream =
                        AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(client);
                stream.onNext(TestingEngine.clusters());
                clients.add(client);
                requests.add(stream);
            }
            await("answers")
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(PATIENCE)
                    .until(() -> clients.stream().noneMatch(client -> client.responses.isEmpty()));
            for (int i = 0; i < requests.size(); i++) {
                if (i % 2 == 0) {
                    requests.get(i).onCompleted();
                } else {
                    requests.get(i).onError(new IllegalStateException("cut off"));
                }
            }
            await("ends")
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(PATIENCE)
                    .until(() -> clients.stream().allMatch(client -> client.end.isPresent()));
        }
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
