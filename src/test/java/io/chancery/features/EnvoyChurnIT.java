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
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints come and go by the thousand while requests pass through a real Envoy. */
class EnvoyChurnIT {

    private static final int CALLERS = 4;
    private static final int CHANGES_PER_CALLER = 2_500;
    private static final int UPSTREAMS_PER_CALLER = 5;
    private static final int REQUESTS_PER_SECOND = 220;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "over {0}, seed {1}")
    @CsvSource({"DELTA_GRPC, 1", "GRPC, 2"})
    void tenThousandRegistrationsAndRemovalsFailNoRequest(Variant variant, long seed)
            throws IOException, InterruptedException, ExecutionException {
        List<TestingUpstream> upstreams = new ArrayList<>();
        try (TestingServer server = TestingServer.start(folder.resolve("data"))) {
            for (int i = 0; i < CALLERS * UPSTREAMS_PER_CALLER + 1; i++) {
                upstreams.add(TestingUpstream.start());
            }
            server.register(upstreams.getLast().endpoint());
            try (TestingEnvoy envoy = TestingEnvoy.start(folder, variant, server.xdsPort());
                    TestingLoad load = TestingLoad.start(envoy.ingress(), REQUESTS_PER_SECOND)) {
                await("the load to flow").until(() -> load.count() > 10);

                Set<String> expected = churn(server, upstreams, seed);
                expected.add(upstreams.getLast().endpoint());

                await("Envoy to have exactly what is registered")
                        .atMost(Duration.ofSeconds(1))
                        .pollInterval(Duration.ofMillis(20))
                        .untilAsserted(() -> assertThat(envoy.endpoints()).isEqualTo(expected));
                List<Answer> answers = load.stop();
                assertThat(TestingLoad.failures(answers)).isEmpty();
                assertThat(load.answeredPerSecond()).isGreaterThanOrEqualTo(200);
                assertThat(upstreams)
                        .as("endpoints that had requests while they came and went")
                        .allMatch(upstream -> upstream.requests() > 0);
                assertThat(envoy.stat("cluster.myservice.upstream_rq_retry"))
                        .as("no request needed a second attempt")
                        .isZero();
                assertThat(envoy.stat("cluster.myservice.update_rejected")).isZero();
            }
        } finally {
            upstreams.forEach(TestingUpstream::close);
        }
    }

    /** Each caller has upstreams of its own that it registers and removes at random; returns what is left. */
    private static Set<String> churn(TestingServer server, List<TestingUpstream> upstreams, long seed)
            throws InterruptedException, ExecutionException {
        Set<String> left = new TreeSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Set<String>>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int first = caller * UPSTREAMS_PER_CALLER;
                callers.add(threads.submit(caller(
                        server, upstreams.subList(first, first + UPSTREAMS_PER_CALLER), new Random(seed + caller))));
            }
            for (Future<Set<String>> caller : callers) {
                left.addAll(caller.get());
            }
        }
        return left;
    }

    private static Callable<Set<String>> caller(TestingServer server, List<TestingUpstream> own, Random random) {
        return () -> {
            Set<String> registered = new TreeSet<>();
            for (int change = 0; change < CHANGES_PER_CALLER; change++) {
                String endpoint = own.get(random.nextInt(own.size())).endpoint();
                if (registered.remove(endpoint)) {
                    server.deregister(endpoint);
                } else {
                    server.register(endpoint);
                    registered.add(endpoint);
                }
            }
            return registered;
        };
    }
}
