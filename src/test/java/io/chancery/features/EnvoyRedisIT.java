package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.model.Revision;
import io.chancery.testing.FreePorts;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingRedis;
import io.chancery.testing.TestingRedis.RedisConnection;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.DeliveryStatus;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A Redis master moves, by Sentinels and without, and a real Envoy's clients with it. With {@code -Dredis.failovers=10}
 * it does so ten times in a row, for the figures in {@code docs/benchmarks.md}.
 */
@Tag("redis")
class EnvoyRedisIT {

    private static final int FAILOVERS = Integer.getInteger("redis.failovers", 1);
    private static final Duration UNTIL_SEEN = Duration.ofSeconds(20);
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration UNTIL_CLOSED = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private final TestingApplication application = TestingApplication.start();
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final int writePort = FreePorts.one();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
        application.close();
    }

    private TestingRedis redis(int nodes, String... options) throws IOException {
        TestingRedis redis = TestingRedis.start(nodes, options);
        parts.add(redis);
        return redis;
    }

    private void declare(TestingRedis redis, List<Integer> sentinels, String more) {
        apply(
                "{\"kind\": \"RedisMaster\", \"name\": \"orders\", \"spec\": {\"nodes\": " + hosts(redis.ports())
                        + (sentinels.isEmpty()
                                ? ""
                                : ", \"sentinels\": " + hosts(sentinels) + ", \"masterName\": \"mymaster\"")
                        + more + "}}",
                "{\"kind\": \"Listener\", \"name\": \"orders\", \"spec\": {\"protocol\": \"tcp\", \"port\": " + writePort
                        + ", \"address\": \"127.0.0.1\", \"service\": \"orders-master\"}}");
    }

    private void apply(String... documents) {
        HttpResponse<String> answer =
                application.send("POST", "/v1/apply", TestingManifests.list(documents));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String hosts(List<Integer> ports) {
        return ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(", ", "[", "]"));
    }

    private TestingEnvoy envoy() throws IOException, InterruptedException {
        TestingEnvoy envoy = TestingEnvoy.startDynamic(
                folder, application.xdsPort(), new TestingEnvoy.NodeName("edge-1", "test"), "orders", "");
        parts.add(envoy);
        return envoy;
    }

    private JsonNode state() {
        return application.get("/v1/redis/orders");
    }

    private void awaitMaster(int port) {
        await("the master to be " + port)
                .atMost(UNTIL_SEEN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> state().path("master").asString("").equals("127.0.0.1:" + port));
    }

    private String write(String value) throws IOException {
        try (RedisConnection client = RedisConnection.open(writePort, CLIENT_TIMEOUT)) {
            return client.send("SET order " + value);
        }
    }

    private void awaitWritable() {
        await("a write through Envoy")
                .atMost(UNTIL_SEEN)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> write("first").equals("OK"));
    }

    /** How long after that the last switch was acknowledged, in milliseconds. */
    private long acknowledgedAfter(long since) throws InterruptedException {
        Revision revision = new Revision(state().path("lastSwitch").path("revision").asLong());
        DeliveryStatus delivery = application.part(ClientStreams.class).await(revision, 100, Duration.ofSeconds(5));
        assertThat(delivery.concerned()).isEqualTo(1);
        assertThat(delivery.acknowledged()).isEqualTo(1);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    private static void show(String what, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.println(what + ": p50 " + sorted.get(sorted.size() / 2) + " ms, max " + sorted.getLast() + " ms, of "
                + sorted);
    }

    private static int free(TestingRedis redis, int port) {
        return redis.ports().stream().filter(other -> other != port).findFirst().orElseThrow();
    }

    @Test
    void aNodeThatIsPromotedIsTheMasterAndClientsOfTheDemotedOneAreCutOff() throws Exception {
        TestingRedis redis = redis(3);
        int first = redis.ports().stream()
                .filter(port -> redis.command(port, "INFO replication").contains("role:master"))
                .findFirst()
                .orElseThrow();
        declare(redis, List.of(), "");
        awaitMaster(first);
        envoy();
        awaitWritable();
        int second = free(redis, first);

        try (RedisConnection client = RedisConnection.open(writePort, CLIENT_TIMEOUT)) {
            assertThat(client.send("SET order 1")).isEqualTo("OK");
            redis.command(second, "REPLICAOF NO ONE");
            redis.command(first, "REPLICAOF 127.0.0.1 " + second);
            long promoted = System.nanoTime();
            awaitMaster(second);
            long acknowledged = acknowledgedAfter(promoted);

            assertThat(client.isClosedWithin(UNTIL_CLOSED)).isTrue();
            assertThat(acknowledged).as("interval and a second").isLessThan(2_000);
        }
        await("a write to the new master")
                .atMost(Duration.ofSeconds(2))
                .ignoreExceptions()
                .until(() -> write("2").equals("OK"));
        assertThat(redis.command(second, "GET order")).isEqualTo("2");
    }
}
