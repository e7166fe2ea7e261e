package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingProxy;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingStream;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are dead, and connections that are old. */
class ConnectionIT {

    @TempDir
    Path folder;

    @Test
    void theStreamsOfAConnectionThatIsDeadAreDropped() throws IOException, InterruptedException {
        try (TestingServer server = TestingServer.start(
                        folder,
                        "--chancery.xds.connection.keepalive-time=10s",
                        "--chancery.xds.connection.keepalive-timeout=200ms");
                TestingProxy proxy = TestingProxy.to(server.xdsPort())) {
            server.register("10.0.0.1:80");
            try (TestingStream dead = TestingStream.open(proxy.port());
                    TestingStream alive = TestingStream.open(server.xdsPort())) {
                assertThat(openStreams(server)).isEqualTo(2);

                proxy.fallSilent();

                await("the server to notice that no answer comes")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> openStreams(server) == 1);
                assertThat(dead.isOpen()).as("nothing told the client").isTrue();
                assertThat(alive.isOpen()).isTrue();
            }
        }
    }

    @Test
    void anOldStreamEndsAndTheNextOneHasAnotherConnection() throws IOException, InterruptedException {
        try (TestingServer server = TestingServer.start(
                        folder,
                        "--chancery.xds.connection.max-age=1s",
                        "--chancery.xds.connection.max-age-jitter=100ms");
                TestingProxy proxy = TestingProxy.to(server.xdsPort())) {
            server.register("10.0.0.1:80");
            try (TestingStream stream = TestingStream.open(proxy.port())) {
                assertThat(stream.end().status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(stream.end().status().getDescription()).isEqualTo("maximum age");
                assertThat(proxy.connections()).isEqualTo(1);

                try (TestingStream next = stream.again()) {
                    assertThat(next.isOpen()).isTrue();
                    assertThat(proxy.connections()).isEqualTo(2);
                }
            }
        }
    }

    private static int openStreams(TestingServer server) throws IOException, InterruptedException {
        return server.get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("chancery_xds_streams{"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
