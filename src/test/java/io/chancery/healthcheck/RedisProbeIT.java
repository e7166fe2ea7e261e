package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.manifest.spec.HealthCheck;
import io.chancery.manifest.spec.RedisRole;
import io.chancery.model.HostPort;
import io.chancery.testing.FreePorts;
import io.chancery.testing.RealPart;
import io.chancery.testing.RealStores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Redis answers to probes. */
@Tag("redis")
class RedisProbeIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ProbeResult PASSED = new ProbeResult.Passed();

    @TempDir
    Path folder;

    private final ScheduledExecutorService alarms = Executors.newSingleThreadScheduledExecutor();
    private final Dialer dialer = new Dialer(Duration.ofSeconds(5), Optional.empty(), alarms);
    private final int port = FreePorts.one();
    private RealPart redis;

    @BeforeEach
    void start() throws IOException {
        redis = RealStores.redis(folder, port);
    }

    @AfterEach
    void stop() {
        redis.close();
        alarms.shutdownNow();
    }

    @Test
    void itAnswersAPingThatIsSentAsBytes() {
        Prober ping =
                new TcpProber(new HealthCheck.TcpProbe(Optional.of("50494e470d0a"), List.of("2b504f4e470d0a")), dialer);
        assertThat(ping.probe(target(port))).isEqualTo(PASSED);

        redis.close();
        assertThat(ping.probe(target(port))).isInstanceOf(ProbeResult.Failed.class);
    }

    @Test
    void itPassesInItsRoleOnly() throws IOException {
        Prober master = new RedisProber(RedisRole.MASTER, Optional.empty(), dialer);
        Prober replica = new RedisProber(RedisRole.REPLICA, Optional.empty(), dialer);
        Prober any = new RedisProber(RedisRole.ANY, Optional.empty(), dialer);
        int second = FreePorts.one();
        try (RealPart _ = RealStores.redis(folder, second)) {
            assertThat(master.probe(target(second))).isEqualTo(PASSED);
            assertThat(any.probe(target(second))).isEqualTo(PASSED);
            assertThat(replica.probe(target(second))).isEqualTo(new ProbeResult.Failed("is a master, not a replica"));

            say(second, "REPLICAOF 127.0.0.1 " + port);
            await("it to be a replica")
                    .atMost(SOON)
                    .until(() -> replica.probe(target(second)).equals(PASSED));
            assertThat(master.probe(target(second))).isEqualTo(new ProbeResult.Failed("is a slave, not a master"));
            assertThat(any.probe(target(second))).isEqualTo(PASSED);
        }
    }

    @Test
    void oneThatWantsAPasswordFailsAndSaysSo() throws IOException {
        say(port, "CONFIG SET requirepass secret");

        assertThat(new RedisProber(RedisRole.ANY, Optional.empty(), dialer).probe(target(port)))
                .isEqualTo(new ProbeResult.Failed("answered with an error: NOAUTH Authentication required."));
    }

    @Test
    void itAsksWithThePasswordOfTheDefaultUser() throws IOException {
        say(port, "CONFIG SET requirepass secret");

        assertThat(asking(Optional.empty(), "secret").probe(target(port))).isEqualTo(PASSED);
        assertThat(asking(Optional.empty(), "wrong").probe(target(port)))
                .isEqualTo(new ProbeResult.Failed("does not take the password: WRONGPASS"));
    }

    @Test
    void itAsksAsAUserWhoMayAskForTheRoleOnly() throws IOException {
        say(port, "ACL SETUSER health on >word +role");
        say(port, "ACL SETUSER idle on >word +ping");
        say(port, "CONFIG SET requirepass secret");

        assertThat(asking(Optional.of("health"), "word").probe(target(port))).isEqualTo(PASSED);
        assertThat(asking(Optional.of("nobody"), "word").probe(target(port)))
                .isEqualTo(new ProbeResult.Failed("does not take the password: WRONGPASS"));
        assertThat(asking(Optional.of("idle"), "word").probe(target(port)))
                .isInstanceOfSatisfying(
                        ProbeResult.Failed.class,
                        failed -> assertThat(failed.reason()).startsWith("answered with an error: NOPERM"));
    }

    private Prober asking(Optional<String> user, String password) {
        return new RedisProber(RedisRole.MASTER, Optional.of(new RedisLogin(user, password)), dialer);
    }

    private static ProbeTarget target(int port) {
        return new ProbeTarget(HostPort.parse("127.0.0.1:" + port), Optional.empty(), Optional.empty());
    }

    private static void say(int port, String command) throws IOException {
        try (Socket connection = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            connection.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(connection.getInputStream().readNBytes(3), StandardCharsets.US_ASCII))
                    .isEqualTo("+OK");
        }
    }
}
