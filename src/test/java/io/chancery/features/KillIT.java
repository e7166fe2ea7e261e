package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was answered is there after {@code kill -9}, whenever it comes; what was answered as removed is not. */
class KillIT {

    private static final int KILLS = 20;
    private static final int CALLERS = 8;
    private static final int ENDPOINTS_PER_CALLER = 100;
    private static final int MOST_ANSWERS_BEFORE_KILL = 1_000;

    @TempDir
    Path folder;

    /** What the answers so far say of an endpoint; being asked for and not answered, it may be either. */
    private enum Known {
        THERE,
        GONE,
        UNANSWERED
    }

    private final Map<String, Known> model = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 20_261_121)
    void twentyKillsUnderLoadLoseNothingThatWasAnswered(long seed)
            throws IOException, InterruptedException, ExecutionException {
        Random random = new Random(seed);
        try (TestingServer server = TestingServer.start(folder.resolve("data"));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                List<Future<Integer>> load = new ArrayList<>();
                for (int caller = 0; caller < CALLERS; caller++) {
                    load.add(callers.submit(untilKilled(server, caller, new Random(random.nextLong()))));
                }
                int enough = answered.get() + 1 + random.nextInt(MOST_ANSWERS_BEFORE_KILL);
                await("enough answers before kill " + kill)
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> answered.get() >= enough);
                server.kill();
                for (Future<Integer> caller : load) {
                    caller.get();
                }

                server.restart();

                compareWithModel(kill, registered(server));
            }
        }
        assertThat(model).containsValues(Known.THERE, Known.GONE);
    }

    /** Registers and removes endpoints of its own until a request is not answered. */
    private Callable<Integer> untilKilled(TestingServer server, int caller, Random random) {
        return () -> {
            for (int requests = 0; ; requests++) {
                String endpoint = "10.0." + caller + "." + (1 + random.nextInt(ENDPOINTS_PER_CALLER)) + ":8080";
                boolean remove = model.get(endpoint) == Known.THERE;
                model.put(endpoint, Known.UNANSWERED);
                try {
                    if (remove) {
                        server.deregister(endpoint);
                    } else {
                        server.register(endpoint);
                    }
                } catch (IOException _) {
                    return requests;
                }
                model.put(endpoint, remove ? Known.GONE : Known.THERE);
                answered.incrementAndGet();
            }
        };
    }

    private void compareWithModel(int kill, Set<String> registered) {
        Set<String> lost = new HashSet<>();
        Set<String> back = new HashSet<>();
        model.forEach((endpoint, known) -> {
            switch (known) {
                case THERE -> {
                    if (!registered.contains(endpoint)) {
                        lost.add(endpoint);
                    }
                }
                case GONE -> {
                    if (registered.contains(endpoint)) {
                        back.add(endpoint);
                    }
                }
                case UNANSWERED -> {}
            }
        });
        assertThat(lost).as("answered as registered, and lost by kill " + kill).isEmpty();
        assertThat(back).as("answered as removed, and back after kill " + kill).isEmpty();
        assertThat(model.keySet()).as("never asked for").containsAll(registered);
        model.replaceAll((endpoint, _) -> registered.contains(endpoint) ? Known.THERE : Known.GONE);
    }

    private static Set<String> registered(TestingServer server) throws IOException, InterruptedException {
        Set<String> endpoints = new HashSet<>();
        String page = "/v1/services/myservice/endpoints?limit=1000";
        JsonNode answer = JsonMapper.shared().readTree(server.get(page).body());
        for (JsonNode endpoint : answer.path("endpoints")) {
            endpoints.add(endpoint.path("address").asString() + ":"
                    + endpoint.path("port").asInt());
        }
        assertThat(answer.path("next").isMissingNode() || answer.path("next").isNull())
                .as("all on one page")
                .isTrue();
        return endpoints;
    }
}
