package io.chancery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingProxy;
import io.chancery.testing.TestingStream;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the whole server ends: in its own time with streams, at once without. */
class ShutdownTest {

    private static final Duration DRAIN_TIME = Duration.ofSeconds(2);

    /** Between the last stream and the end: the web server, the store, and a machine that is busy with other tests. */
    private static final Duration REST_OF_THE_END = Duration.ofSeconds(3);

    private @Nullable TestingApplication server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void streamsEndOneAfterTheOtherAndTheServerWaitsForThem() {
        TestingApplication started = start(DRAIN_TIME);
        List<TestingStream> streams = Stream.generate(() -> TestingStream.open(started.xdsPort()))
                .limit(20)
                .toList();

        long begin = System.nanoTime();
        Duration took = end(started);

        List<TestingStream.End> ends = streams.stream().map(TestingStream::end).toList();
        streams.forEach(TestingStream::close);
        assertThat(ends).extracting(TestingStream.End::status).allSatisfy(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(status.getDescription()).isEqualTo("draining");
        });
        long first = ends.stream().mapToLong(TestingStream.End::nanos).min().orElseThrow();
        long last = ends.stream().mapToLong(TestingStream.End::nanos).max().orElseThrow();
        assertThat(Duration.ofNanos(last - first)).isGreaterThan(DRAIN_TIME.dividedBy(2));
        assertThat(Duration.ofNanos(last - begin)).isLessThan(DRAIN_TIME);
        assertThat(took).isBetween(DRAIN_TIME.dividedBy(2), DRAIN_TIME.plus(REST_OF_THE_END));
    }

    @Test
    void aServerWithoutStreamsEndsAtOnce() {
        assertThat(end(start(Duration.ofMinutes(1)))).isLessThan(REST_OF_THE_END);
    }

    @Test
    void aClientThatVanishedHoldsUpTheEndForTheDrainTimeAndNoLonger() throws IOException {
        TestingApplication started = start(DRAIN_TIME);
        try (TestingProxy proxy = TestingProxy.to(started.xdsPort());
                TestingStream stream = TestingStream.open(proxy.port())) {
            proxy.fallSilent();

            assertThat(end(started)).isLessThan(DRAIN_TIME.plus(REST_OF_THE_END));
            assertThat(stream.isOpen()).isTrue();
        }
    }

    private TestingApplication start(Duration drainTime) {
        TestingApplication started =
                TestingApplication.start("--chancery.xds.drain-time=" + drainTime.toMillis() + "ms");
        server = started;
        started.register("cart", "10.0.0.1:80");
        return started;
    }

    /** Ends the server, and returns how long that took. */
    private static Duration end(TestingApplication server) {
        long begin = System.nanoTime();
        server.close();
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
