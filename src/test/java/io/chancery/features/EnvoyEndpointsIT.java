package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingLoad.Answer;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From curl to Envoy: what is registered over HTTP is where a real Envoy sends requests. */
class EnvoyEndpointsIT {

    private static final long ONE_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int REQUESTS_PER_SECOND = 200;

    @TempDir
    private static Path folder;

    private static TestingServer server;

    private final List<TestingUpstream> upstreams = new ArrayList<>();

    @BeforeAll
    static void startServer() throws IOException {
        server = TestingServer.start(folder.resolve("data"));
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 5; i++) {
            upstreams.add(TestingUpstream.start());
        }
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        for (TestingUpstream upstream : upstreams) {
            server.deregister(upstream.endpoint());
            upstream.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void fiveThatRegisterAllAnswerWithinOneSecond(Variant variant) throws IOException, InterruptedException {
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, variant, server.xdsPort())) {
            assertThat(envoy.get().statusCode()).isEqualTo(503);
            Set<String> expected = registerAll();
            long registered = System.nanoTime();

            Set<String> answered = new HashSet<>();
            while (!answered.equals(expected) && System.nanoTime() - registered < ONE_SECOND) {
                var response = envoy.get();
                if (response.statusCode() == 200) {
                    answered.add(response.body());
                }
            }

            assertThat(answered).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void whatWasRegisteredBeforeEnvoyCameIsServedAtOnce(Variant variant) throws IOException, InterruptedException {
        Set<String> expected = registerAll();
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, variant, server.xdsPort())) {
            Set<String> answered = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                answered.add(envoy.get().body());
            }
            assertThat(answered).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void noRequestReachesADeregisteredOneAfterASecondAndNoneFailsMeanwhile(Variant variant)
            throws IOException, InterruptedException {
        registerAll();
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, variant, server.xdsPort());
                TestingLoad load = TestingLoad.start(envoy.ingress(), REQUESTS_PER_SECOND)) {
            TestingUpstream leaving = upstreams.getFirst();
            await("the load to reach all").until(() -> upstreams.stream().allMatch(u -> u.requests() > 10));

            server.deregister(leaving.endpoint());
            long deregistered = System.nanoTime();
            await("a second and more of load after the removal")
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> System.nanoTime() - deregistered > 3 * ONE_SECOND);

            List<Answer> answers = load.stop();
            assertThat(TestingLoad.failures(answers)).isEmpty();
            assertThat(answers)
                    .filteredOn(answer -> answer.startedNanos() > deregistered + ONE_SECOND)
                    .hasSizeGreaterThan(REQUESTS_PER_SECOND)
                    .noneMatch(answer -> answer.text().equals(leaving.uuid()));
            assertThat(envoy.stat("cluster.myservice.upstream_rq_retry"))
                    .as("no request needed a second attempt")
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void withoutAnyEndpointEnvoySaysSoAndWithOneItServesAgain(Variant variant)
            throws IOException, InterruptedException {
        registerAll();
        try (TestingEnvoy envoy = TestingEnvoy.start(folder, variant, server.xdsPort())) {
            for (TestingUpstream upstream : upstreams) {
                server.deregister(upstream.endpoint());
            }
            await("Envoy to have no endpoint left")
                    .atMost(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> envoy.endpoints().isEmpty());
            assertThat(envoy.get().body()).isEqualTo("no healthy upstream");

            server.register(upstreams.getFirst().endpoint());
            await("Envoy to serve again")
                    .atMost(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> envoy.get().body().equals(upstreams.getFirst().uuid()));
        }
    }

    private Set<String> registerAll() throws IOException, InterruptedException {
        Set<String> uuids = new HashSet<>();
        for (TestingUpstream upstream : upstreams) {
            assertThat(server.register(upstream.endpoint())).isEqualTo(upstream.endpoint() + " ok");
            uuids.add(upstream.uuid());
        }
        return uuids;
    }
}
