package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.features.RedisWriter.Written;
import io.chancery.model.Revision;
import io.chancery.redis.RedisMasters;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    private final int writePort = FreePorts.lasting();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
        application.close();
    }

    private TestingRedis redis(int nodes) throws IOException {
        TestingRedis redis = TestingRedis.start(nodes);
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
                "{\"kind\": \"Listener\", \"name\": \"orders\", \"spec\": {\"protocol\": \"tcp\", \"port\": "
                        + writePort + ", \"address\": \"127.0.0.1\", \"service\": \"orders-master\"}}");
    }

    private void apply(String... documents) {
        HttpResponse<String> answer = application.send("POST", "/v1/apply", TestingManifests.list(documents));
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
        Revision revision =
                new Revision(state().path("lastSwitch").path("revision").asLong());
        DeliveryStatus delivery = application.part(ClientStreams.class).await(revision, 100, Duration.ofSeconds(5));
        assertThat(delivery.concerned()).isEqualTo(1);
        assertThat(delivery.acknowledged()).isEqualTo(1);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    private static void show(String what, List<Failover> failovers) {
        List<Long> sorted = failovers.stream().map(Failover::millis).sorted().toList();
        System.out.println(
                what + ": p50 " + sorted.get(sorted.size() / 2) + " ms, max " + sorted.getLast() + " ms, of " + sorted);
    }

    @Test
    void aNodeThatIsPromotedIsTheMasterAndClientsOfTheDemotedOneAreCutOff() throws Exception {
        TestingRedis redis = redis(3);
        int first = redis.master();
        declare(redis, List.of(), "");
        awaitMaster(first);
        envoy();
        awaitWritable();
        int second = redis.other(first);

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

    @Test
    void clientsFollowAMasterThatEnvoysFindByItsName() throws Exception {
        TestingRedis redis = redis(2);
        int first = redis.master();
        int second = redis.other(first);
        int commands = FreePorts.lasting();
        declare(
                redis,
                List.of(),
                redis.ports().stream()
                        .map(port -> "\"localhost:" + port + "\"")
                        .collect(Collectors.joining(", ", ", \"announce\": [", "]")));
        apply("{\"kind\": \"Listener\", \"name\": \"commands\", \"spec\": {\"protocol\": \"tcp\", \"port\": " + commands
                + ", \"address\": \"127.0.0.1\", \"service\": \"orders-master\", \"protocolFilter\": \"redis\"}}");
        awaitMaster(first);
        envoy();
        awaitWritable();
        assertThat(redis.command(commands, "SET order 0")).isEqualTo("OK");

        try (RedisConnection client = RedisConnection.open(writePort, CLIENT_TIMEOUT)) {
            assertThat(client.send("SET order 1")).isEqualTo("OK");
            redis.command(second, "REPLICAOF NO ONE");
            redis.command(first, "REPLICAOF 127.0.0.1 " + second);
            awaitMaster(second);

            assertThat(client.isClosedWithin(UNTIL_CLOSED)).isTrue();
        }
        await("writes to the new master")
                .atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> write("2").equals("OK")
                        && redis.command(commands, "SET command 2").equals("OK"));
        assertThat(redis.command(second, "GET order")).isEqualTo("2");
        assertThat(redis.command(second, "GET command")).isEqualTo("2");
    }

    /**
     * What a switch looked like from outside.
     *
     * @param caused before anything was done for it; Chancery may hear of it before the announcement is seen here
     */
    private record Failover(int from, int to, long caused, long announced, long acknowledged) {

        long millis() {
            return TimeUnit.NANOSECONDS.toMillis(acknowledged - announced);
        }
    }

    /** When the Envoy had the last switch, in nanoseconds. */
    private BlockingQueue<Long> acknowledgements() {
        BlockingQueue<Long> acknowledged = new LinkedBlockingQueue<>();
        ClientStreams streams = application.part(ClientStreams.class);
        application.part(RedisMasters.class).addListener(change -> {
            try {
                DeliveryStatus delivery = streams.await(change.revision(), 100, Duration.ofSeconds(10));
                if (delivery.concerned() == 1 && delivery.acknowledged() == 1) {
                    acknowledged.add(System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return acknowledged;
    }

    /** Has the master move, and measures from the first Sentinel's word to the Envoy's. */
    private Failover failover(int from, Announcements announcements, BlockingQueue<Long> acknowledged, Runnable cause)
            throws InterruptedException {
        acknowledged.clear();
        long caused = System.nanoTime();
        cause.run();
        Announcements.Announcement announced = announcements.firstOtherThan(from);
        @Nullable Long received = acknowledged.poll(20, TimeUnit.SECONDS);
        assertThat(received).as("the Envoy's answer to %s", announced).isNotNull();
        return new Failover(from, announced.port(), caused, announced.nanos(), Objects.requireNonNull(received));
    }

    /** Nobody was served by the former master later than this, and all that the new one acknowledged it has. */
    private static void assertKept(TestingRedis redis, List<Written> written, List<Failover> failovers) {
        for (Failover failover : failovers) {
            long until = failover.announced() + UNTIL_CLOSED.toNanos();
            long nextTurn = failovers.stream()
                    .filter(later -> later.to() == failover.from() && later.caused() > failover.announced())
                    .mapToLong(Failover::caused)
                    .min()
                    .orElse(Long.MAX_VALUE);
            assertThat(written.stream()
                            .filter(one -> one.node() == failover.from() && one.nanos() < nextTurn)
                            .mapToLong(Written::nanos)
                            .max()
                            .orElse(0))
                    .as("the last write that %s served", failover.from())
                    .isLessThan(until);
        }
        Failover last = failovers.getLast();
        Set<String> kept =
                redis.command(last.to(), "SMEMBERS " + RedisWriter.KEY).lines().collect(Collectors.toSet());
        List<Integer> lost = written.stream()
                .filter(one -> one.node() == last.to() && one.nanos() > last.announced())
                .map(Written::number)
                .filter(number -> !kept.contains(number.toString()))
                .toList();
        assertThat(lost).isEmpty();
        List<Written> lostByRedis = written.stream()
                .filter(one -> !kept.contains(Integer.toString(one.number())))
                .toList();
        long late = lostByRedis.stream()
                .filter(one -> failovers.stream()
                        .anyMatch(failover -> one.node() == failover.from()
                                && one.nanos() > failover.announced()
                                && one.nanos() < failover.announced() + UNTIL_CLOSED.toNanos()))
                .count();
        System.out.println("Of " + written.size() + " acknowledged writes Redis lost " + lostByRedis.size() + ", "
                + late + " of them after the announcement");
    }

    /** What makes a master move. */
    private interface Cause {

        void begin(TestingRedis redis, List<Integer> sentinels, int master);

        /** Sees to it that the former master is a replica, once clients have gone to the next. */
        void end(TestingRedis redis, int former) throws IOException;
    }

    @Test
    void aFailoverThatSentinelsAreAskedForReachesTheClientsOfTheMaster() throws Exception {
        moveWhileClientsWrite("Failover on request", new Cause() {
            @Override
            public void begin(TestingRedis redis, List<Integer> sentinels, int master) {
                redis.command(sentinels.getFirst(), "SENTINEL FAILOVER mymaster");
            }

            @Override
            public void end(TestingRedis redis, int former) {
                // Sentinels make it one.
            }
        });
    }

    @Test
    void aMasterThatIsKilledIsReplaced() throws Exception {
        moveWhileClientsWrite("Master killed", new Cause() {
            @Override
            public void begin(TestingRedis redis, List<Integer> sentinels, int master) {
                redis.kill(master);
            }

            @Override
            public void end(TestingRedis redis, int former) throws IOException {
                // It comes back as a master, which nobody must take it for.
                redis.startNode(former);
            }
        });
    }

    private void moveWhileClientsWrite(String what, Cause cause) throws Exception {
        TestingRedis redis = redis(3);
        int master = redis.master();
        List<Integer> sentinels = redis.startSentinels(3, master);
        declare(redis, sentinels, "");
        awaitMaster(master);
        envoy();
        awaitWritable();
        BlockingQueue<Long> acknowledged = acknowledgements();
        List<Failover> failovers = new ArrayList<>();
        List<Written> written;
        try (Announcements announcements = new Announcements(sentinels);
                RedisWriter writer = new RedisWriter(writePort)) {
            for (int i = 0; i < FAILOVERS; i++) {
                int former = master;
                Failover failover =
                        failover(former, announcements, acknowledged, () -> cause.begin(redis, sentinels, former));
                failovers.add(failover);
                master = failover.to();
                awaitMaster(master);
                awaitWritesBy(writer, master);
                cause.end(redis, former);
                redis.awaitReplicas(master, 2);
                redis.awaitAgreement(master);
                assertThat(state().path("master").asString()).isEqualTo("127.0.0.1:" + master);
            }
            written = writer.written();
        }
        show(what + ", from +switch-master to Envoy's ACK", failovers);
        assertKept(redis, written, failovers);
        assertBounds(failovers);
    }

    private static void assertBounds(List<Failover> failovers) {
        List<Long> sorted = failovers.stream().map(Failover::millis).sorted().toList();
        if (FAILOVERS > 1) {
            assertThat(sorted.get(sorted.size() / 2)).as("p50 in ms").isLessThanOrEqualTo(300);
        }
        assertThat(sorted.getLast()).as("max in ms").isLessThanOrEqualTo(1_000);
    }

    private static void awaitWritesBy(RedisWriter writer, int node) {
        await("a write that " + node + " acknowledges")
                .atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    List<Written> all = writer.written();
                    return !all.isEmpty() && all.getLast().node() == node;
                });
    }
}
