package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.model.ResourceType;
import io.chancery.xds.TestingEngine.Client;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that sends requests without end. */
class FloodTest {

    private static final int FLOOD = 5_000;

    private final TestingEngine server = new TestingEngine();

    @AfterEach
    void close() {
        server.close();
    }

    /**
     * Both clients have connections of their own to one event loop, which stands still until the requests of both are
     * there, those of the flood first.
     */
    @Test
    void othersAreAnsweredWhileOneFloods() throws Exception {
        try (TestingNettyServer netty = TestingNettyServer.withLoops(1)) {
            netty.publish(1);
            var flood = (ClientCallStreamObserver<DeltaDiscoveryRequest>) netty.openDelta();
            flood.onNext(subscribe("first"));
            Client other = new Client();
            StreamObserver<DiscoveryRequest> polite = netty.open(other);
            polite.onNext(endpoints(List.of("first")));
            await("both streams").until(() -> netty.engine.subscriberCount() == 2);

            CountDownLatch standstill = netty.standStill();
            for (int i = 0; i < FLOOD; i++) {
                flood.onNext(subscribe("name-" + i));
            }
            await("the flood to be written").until(flood::isReady);
            polite.onNext(TestingEngine.clusters());
            standstill.countDown();
            await("an answer").pollInterval(Duration.ofMillis(1)).until(() -> !other.responses.isEmpty());

            assertThat(netty.engine.subscriberCount())
                    .as("names subscribed to when the other had its answer")
                    .isLessThan(FLOOD / 2);
            await("the flood to be taken in the end").until(() -> netty.engine.subscriberCount() > FLOOD);
        }
    }

    @Test
    void aSubscriptionOfAMillionNamesIsTaken() {
        Client client = new Client();
        StreamObserver<DiscoveryRequest> requests = server.open(client);

        requests.onNext(endpoints(names(NameLimit.MAX_NAMES)));
        server.run();

        assertThat(client.end).isEmpty();
    }

    @Test
    void oneMoreNameEndsTheStreamAndSaysWhy() {
        Client client = new Client();
        Client other = server.connect();
        StreamObserver<DiscoveryRequest> requests = server.open(client);

        requests.onNext(endpoints(names(NameLimit.MAX_NAMES + 1)));
        server.run();

        assertThat(client.end.map(Status::getCode)).contains(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(client.end.map(Status::getDescription).orElseThrow()).contains("1000000 resource names");
        assertThat(other.end).isEmpty();
        assertThat(server.openStreams()).isEqualTo(1);
    }

    @Test
    void namesOfHundredMegabytesEndTheStreamAndSayWhy() {
        Client client = new Client();
        StreamObserver<DiscoveryRequest> requests = server.open(client);
        String megabyte = "n".repeat(1 << 20);
        List<String> names = new ArrayList<>();
        for (int i = 0; i <= 64; i++) {
            names.add(megabyte + i);
        }

        requests.onNext(endpoints(names));
        server.run();

        assertThat(client.end.map(Status::getCode)).contains(Status.Code.RESOURCE_EXHAUSTED);
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "name-" + i).toList();
    }

    private static DeltaDiscoveryRequest subscribe(String name) {
        return DeltaDiscoveryRequest.newBuilder()
                .setNode(TestingEngine.clusters().getNode())
                .setTypeUrl(ResourceType.ENDPOINT.typeUrl())
                .addResourceNamesSubscribe(name)
                .build();
    }

    private static DiscoveryRequest endpoints(List<String> names) {
        return TestingEngine.clusters().toBuilder()
                .setTypeUrl(ResourceType.ENDPOINT.typeUrl())
                .addAllResourceNames(names)
                .build();
    }
}
