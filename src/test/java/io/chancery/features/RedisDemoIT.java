package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.FreePorts;
import io.chancery.testing.RealPart;
import io.chancery.testing.TestingRedis.RedisConnection;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with Redis as the README starts it, on free ports: what it prints can be typed, and does what it says. */
@Tag("redis")
class RedisDemoIT {

    private static final Pattern WRITE = Pattern.compile("redis-cli -p (\\d+) (SET greeting \\w+)");
    private static final Pattern KILL = Pattern.compile("kill -9 \\$\\(cat (\\S+)\\)");
    private static final Duration UNTIL_STARTED = Duration.ofMinutes(2);
    private static final Duration UNTIL_SERVED = Duration.ofSeconds(10);
    private static final Duration UNTIL_FAILED_OVER = Duration.ofSeconds(30);

    /** Of Chancery and Envoy, once the Sentinels have chosen. */
    private static final Duration UNTIL_MOVED = Duration.ofSeconds(2);

    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private final List<Integer> nodes = lasting(3);
    private final List<Integer> sentinels = lasting(3);
    private final List<Integer> listeners = lasting(3);

    @BeforeEach
    void needRedis() {
        RealPart.program("redis-server", "/usr/bin/redis-server", "/usr/local/bin/redis-server");
    }

    @Test
    void aWriteSucceedsAfterTheMasterIsKilledAndAllEndsWithTheDemo() throws Exception {
        try (TestingServer demo = start()) {
            Matcher write = WRITE.matcher(demo.output());
            assertThat(write.find()).as(demo.output()).isTrue();
            assertThat(Integer.parseInt(write.group(1))).isEqualTo(listeners.getFirst());
            awaitAnswer(listeners.getFirst(), write.group(2), "OK", UNTIL_SERVED);
            awaitAnswer(listeners.get(1), "GET greeting", "hello", UNTIL_SERVED);
            awaitAnswer(listeners.get(2), "GET greeting", "hello", UNTIL_SERVED);
            assertThat(demo.get("/v1/manifests/Listener/listener_0").body())
                    .as("who else reaches the machine does not reach a Redis without a password")
                    .contains("\"address\":\"127.0.0.1\"");
            List<ProcessHandle> processes = processes();
            assertThat(processes).as("3 nodes, 3 Sentinels, Envoy").hasSize(7);

            Matcher kill = KILL.matcher(demo.output());
            assertThat(kill.find()).as(demo.output()).isTrue();
            assertThat(write.find()).as(demo.output()).isTrue();
            try (Announcements announcements = new Announcements(sentinels)) {
                ProcessHandle.of(Long.parseLong(
                                Files.readString(Path.of(kill.group(1))).strip()))
                        .orElseThrow()
                        .destroyForcibly();
                awaitAnswer(listeners.getFirst(), write.group(2), "OK", UNTIL_FAILED_OVER);
                long written = System.nanoTime();
                Announcements.Announcement moved = announcements.firstOtherThan(nodes.getFirst());
                assertThat(Duration.ofNanos(written - moved.nanos())).isLessThan(UNTIL_MOVED);
                assertThat(demo.get("/v1/redis/redis").body()).contains("\"master\":\"127.0.0.1:" + moved.port());
                awaitAnswer(moved.port(), "GET greeting", "again", CLIENT_TIMEOUT);
            }

            assertThat(demo.terminate()).isEqualTo(143);
            assertThat(processes).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void allEndsAlsoWhenTheDemoIsKilled() throws Exception {
        List<ProcessHandle> processes;
        try (TestingServer demo = start()) {
            processes = processes();
            assertThat(processes).hasSize(7);
            demo.kill();
        }
        await("all to end").atMost(UNTIL_SERVED).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void aPortThatIsTakenIsTheReasonGivenAndNothingIsLeftRunning() throws Exception {
        try (ServerSocket _ = new ServerSocket(nodes.get(1), 1, InetAddress.ofLiteral("127.0.0.1"));
                TestingServer demo = start()) {
            assertThat(demo.output())
                    .contains("The demo has no Redis: the Redis for port " + nodes.get(1) + " does not run")
                    .contains("Address already in use")
                    .contains("choose others in REDIS_HOST_PORT_LIST");
            assertThat(processes()).isEmpty();
        }
    }

    private TestingServer start() throws IOException {
        TestingServer demo = TestingServer.start(
                folder.resolve("data"),
                "--spring.profiles.active=demo,redis-demo",
                "--chancery.demo.folder=" + folder.resolve("demo"),
                "--chancery.demo.admin-port=0",
                "--REDIS_HOST_PORT_LIST=" + hosts(nodes),
                "--REDIS_SENTINEL_LIST=" + hosts(sentinels),
                "--REDIS_MASTER_PORT=" + listeners.getFirst(),
                "--REDIS_READ_PORT=" + listeners.get(1),
                "--REDIS_PROXY_PORT=" + listeners.get(2));
        await("the guide").atMost(UNTIL_STARTED).until(() -> demo.output().contains("Ctrl-C ends everything."));
        return demo;
    }

    private static List<Integer> lasting(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = FreePorts.lasting();
            if (!ports.contains(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static String hosts(List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** What the demo runs beside itself. */
    private static List<ProcessHandle> processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.contains("redis-") || command.endsWith("envoy"))
                        .isPresent())
                .toList();
    }

    private static void awaitAnswer(int port, String command, String answer, Duration atMost) {
        await(command + " at " + port)
                .atMost(atMost)
                .pollInterval(OFTEN)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (RedisConnection client = RedisConnection.open(port, CLIENT_TIMEOUT)) {
                        return client.send(command).equals(answer);
                    }
                });
    }
}
