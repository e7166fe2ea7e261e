package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.xds.TestingEngine.Client;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {

    private final TestingEngine server = new TestingEngine();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void theStreamsEndOneAfterTheOtherAndAllBeforeTheTimeIsUp() {
        List<Client> clients = Stream.generate(server::connect).limit(9).toList();

        server.engine.drain(Duration.ofSeconds(10));

        for (int second = 0; second < 9; second++) {
            assertThat(clients).filteredOn(client -> client.end.isPresent()).hasSize(second + 1);
            server.pass(Duration.ofSeconds(1));
        }
        assertThat(clients).extracting(client -> client.end.orElseThrow()).allSatisfy(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(status.getDescription()).isEqualTo("draining");
        });
        assertThat(server.openStreams()).isZero();
    }

    @Test
    void withoutTimeToDrainAllEndAtOnce() {
        List<Client> clients = Stream.generate(server::connect).limit(9).toList();

        server.engine.drain(Duration.ZERO);

        assertThat(clients).allMatch(client -> client.end.isPresent());
    }

    @Test
    void aStreamThatHasNotYetEndedIsServed() {
        Client first = new Client();
        Client second = new Client();
        List.of(server.open(first), server.open(second))
                .forEach(requests -> requests.onNext(TestingEngine.clusters().toBuilder()
                        .setResponseNonce("of another stream")
                        .build()));
        server.engine.drain(Duration.ofSeconds(10));
        List<Client> open =
                Stream.of(first, second).filter(client -> client.end.isEmpty()).toList();
        assertThat(open).hasSize(1);

        server.run();

        assertThat(open.getFirst().responses).hasSize(1);
    }

    @Test
    void newStreamsAreRefusedMeanwhile() {
        Client client = server.connect();
        server.engine.drain(Duration.ofSeconds(10));

        Client late = server.connect();

        assertThat(late.end.map(Status::getCode)).contains(Status.Code.UNAVAILABLE);
        assertThat(late.end.map(Status::getDescription)).contains("draining");
        assertThat(late.responses).isEmpty();
        assertThat(client.responses).hasSize(1);
        assertThat(server.openStreams()).isZero();
    }
}
