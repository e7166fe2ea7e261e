package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEcho;
import io.chancery.testing.TestingEdge;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints that drain, and endpoints whose lease ends, as a real Envoy and its clients see it. */
class EnvoyLivenessIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private TestingEdge edge;
    private TestingServer server;
    private TestingEnvoy envoy;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        edge = TestingEdge.start(folder);
        server = edge.server();
        envoy = edge.envoy();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void aDrainingEndpointFinishesWhatItHasAndIsSentNothingNew() throws Exception {
        try (TestingEcho leaving = TestingEcho.start("leaving");
                TestingEcho staying = TestingEcho.start("staying");
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            leaving.delay(Duration.ofSeconds(2));
            server.register(leaving.endpoint());
            await("the endpoint to reach Envoy")
                    .atMost(SOON)
                    .until(() -> envoy.endpoints().contains(leaving.endpoint()));
            List<Future<HttpResponse<String>>> underWay = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                underWay.add(clients.submit(envoy::get));
            }
            await("the requests to be under way").atMost(SOON).until(() -> leaving.requests() == 5);
            server.register(staying.endpoint());

            HttpResponse<String> answer = server.send(
                    "DELETE", "/v1/services/myservice/endpoints/" + leaving.endpoint() + "?drain=4s&wait=acked", "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

            for (int i = 0; i < 20; i++) {
                assertThat(TestingEcho.read(envoy.get().body())
                                .orElseThrow()
                                .get("name")
                                .stringValue())
                        .isEqualTo("staying");
            }
            for (Future<HttpResponse<String>> request : underWay) {
                assertThat(request.get().statusCode()).isEqualTo(200);
            }
            assertThat(leaving.requests()).isEqualTo(5);
            await("its removal").atMost(SOON).until(() -> !envoy.endpoints().contains(leaving.endpoint()));
        }
    }

    @Test
    void ofFiveInstancesTheOneThatIsNoLongerHeardOfLeaves() throws Exception {
        List<TestingUpstream> upstreams = new ArrayList<>();
        try (ScheduledExecutorService instances = Executors.newScheduledThreadPool(4)) {
            Set<String> all = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                upstreams.add(TestingUpstream.start());
                all.add(upstreams.get(i).endpoint());
                register(upstreams.get(i).endpoint(), "instance-" + i);
            }
            await("all to reach Envoy")
                    .atMost(SOON)
                    .until(() -> envoy.endpoints().containsAll(all));
            try (TestingLoad load = TestingLoad.start(envoy.ingress(), 100)) {
                for (int i = 1; i < 5; i++) {
                    String instance = "instance-" + i;
                    var _ = instances.scheduleAtFixedRate(() -> renew(instance), 0, 300, TimeUnit.MILLISECONDS);
                }
                long start = System.nanoTime();
                await("the first to leave")
                        .atMost(SOON)
                        .until(() ->
                                !envoy.endpoints().contains(upstreams.getFirst().endpoint()));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));

                long asked = upstreams.getFirst().requests();
                int answered = load.count();
                await("more load").atMost(SOON).until(() -> load.count() > answered + 100);
                assertThat(upstreams.getFirst().requests()).isEqualTo(asked);
                assertThat(envoy.endpoints()).hasSize(4);
                assertThat(TestingLoad.failures(load.stop())).isEmpty();
            }
            instances.shutdownNow();
            await("too many to be overdue at once")
                    .atMost(SOON)
                    .until(() -> server.get("/v1/preservation").body().contains("\"active\":true"));
            await("two more terms")
                    .pollDelay(Duration.ofSeconds(4))
                    .atMost(SOON)
                    .until(() -> envoy.endpoints().size() == 4);
        } finally {
            upstreams.forEach(TestingUpstream::close);
        }
    }

    private void renew(String instance) {
        try {
            server.send("PUT", "/v1/instances/" + instance + "/lease", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void register(String endpoint, String instance) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.get("/edsservice/register?endpoint=" + endpoint + "&ttl=2s&instance=" + instance);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
