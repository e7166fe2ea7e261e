package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import io.chancery.xds.TestingEngine.Client;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamAgeTest {

    private static final Duration MAX = Duration.ofMinutes(30);
    private static final Duration JITTER = Duration.ofMinutes(3);

    @Test
    void withoutALimitNoStreamIsEnded() {
        try (TestingEngine server = new TestingEngine()) {
            Client client = server.connect();

            server.pass(Duration.ofDays(365));

            assertThat(client.end).isEmpty();
        }
    }

    @Test
    void streamsEndAtTheirAgeSpreadOverTheJitter() {
        try (TestingEngine server = new TestingEngine(new StreamAge(MAX, JITTER))) {
            List<Client> clients = Stream.generate(server::connect).limit(50).toList();

            server.pass(MAX.minusNanos(1));
            assertThat(clients).allMatch(client -> client.end.isEmpty());
            server.pass(JITTER.dividedBy(2));
            assertThat(clients).filteredOn(client -> client.end.isPresent()).hasSizeBetween(5, 45);
            server.pass(JITTER.dividedBy(2).plusNanos(1));

            assertThat(clients).extracting(client -> client.end.orElseThrow()).allSatisfy(status -> {
                assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(status.getDescription()).isEqualTo("maximum age");
            });
            assertThat(server.openStreams()).isZero();
        }
    }

    @Test
    void o13AStreamEndsOnlyAfterItsFirstResponse() {
        try (TestingEngine server = new TestingEngine(new StreamAge(MAX, Duration.ZERO))) {
            Client client = new Client();
            StreamObserver<DiscoveryRequest> requests = server.open(client);
            requests.onNext(TestingEngine.clusters().toBuilder()
                    .setTypeUrl(ResourceType.ENDPOINT.typeUrl())
                    .addResourceNames("cart")
                    .build());
            server.pass(MAX.multipliedBy(2));
            assertThat(client.end).isEmpty();

            requests.onNext(TestingEngine.clusters());
            server.run();

            assertThat(client.responses).hasSize(1);
            assertThat(client.end.map(Status::getDescription)).contains("maximum age");
        }
    }

    @Test
    void aStreamThatEndsByItselfLeavesNoTimerBehind() {
        try (TestingEngine server = new TestingEngine(new StreamAge(MAX, Duration.ZERO))) {
            StreamObserver<DiscoveryRequest> requests = server.open(new Client());
            assertThat(server.hasTimers()).isTrue();

            requests.onCompleted();
            server.run();

            assertThat(server.hasTimers()).isFalse();
        }
    }

    @Test
    void theAgeIsDrawnBetweenTheMaximumAndTheJitterBeyondIt() {
        SplittableRandom random = new SplittableRandom(1);
        StreamAge age = new StreamAge(MAX, JITTER);
        List<Duration> drawn = Stream.generate(() -> age.draw(random).orElseThrow())
                .limit(1000)
                .toList();

        assertThat(drawn).allSatisfy(one -> assertThat(one).isBetween(MAX, MAX.plus(JITTER)));
        assertThat(drawn).anyMatch(one -> one.compareTo(MAX.plus(JITTER.dividedBy(10))) < 0);
        assertThat(drawn)
                .anyMatch(one -> one.compareTo(MAX.plus(JITTER.multipliedBy(9).dividedBy(10))) > 0);
    }
}
