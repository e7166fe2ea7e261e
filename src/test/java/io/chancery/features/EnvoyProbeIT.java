package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Endpoints that are registered and do not answer, as a real Envoy and its clients see it. */
class EnvoyProbeIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private final List<TestingUpstream> upstreams = new ArrayList<>();
    private TestingServer server;
    private TestingEnvoy envoy;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = TestingServer.start(folder.resolve("data"));
        envoy = TestingEnvoy.start(folder, Variant.DELTA_GRPC, server.xdsPort());
    }

    @AfterEach
    void stop() {
        envoy.close();
        server.close();
        upstreams.forEach(TestingUpstream::close);
    }

    @Test
    void anUpstreamThatClosesItsPortGetsNoRequestsAfterTheThresholdAndComesBackWithItsPort() throws Exception {
        server.apply("""
                [{"kind": "Service", "name": "myservice", "spec": {"probe":
                  {"http": {}, "interval": "200ms", "timeout": "1s", "unhealthyThreshold": 2, "healthyThreshold": 2}}}]""");
        for (int i = 0; i < 3; i++) {
            upstreams.add(TestingUpstream.start());
            server.register(upstreams.get(i).endpoint());
        }
        TestingUpstream ailing = upstreams.getFirst();
        await("all to be found healthy").atMost(SOON).until(() -> areAll("healthy"));
        await("all to reach Envoy").atMost(SOON).until(() -> envoy.endpoints().size() == 3);

        ailing.closePort();
        await("it to be found unhealthy")
                .atMost(SOON)
                .until(() -> verdict(ailing).equals("unhealthy"));
        assertThat(observed(ailing).get("reason").stringValue())
                .startsWith("failed 2 times in a row: cannot be connected");
        await("Envoy to know").atMost(SOON).until(() -> flags(ailing).contains("/failed_eds_health"));

        long retries = envoy.stat("cluster.myservice.upstream_rq_retry");
        try (TestingLoad load = TestingLoad.start(envoy.ingress(), 100)) {
            await("some load").atMost(SOON).until(() -> load.count() >= 100);
            assertThat(TestingLoad.failures(load.stop())).isEmpty();
        }
        assertThat(envoy.stat("cluster.myservice.upstream_rq_retry")).isEqualTo(retries);
        assertThat(envoy.endpoints()).contains(ailing.endpoint());

        ailing.openPort();
        long asked = ailing.requests();
        await("it to be found healthy again")
                .atMost(SOON)
                .until(() -> verdict(ailing).equals("healthy"));
        await("Envoy to use it again")
                .atMost(SOON)
                .until(() -> envoy.get().body().equals(ailing.uuid()));
        assertThat(ailing.requests()).isGreaterThan(asked);
    }

    @Test
    void afterARestartWhatWasUnhealthyIsServedAsUnhealthyBeforeAnyProbe() throws Exception {
        server.apply("""
                [{"kind": "Service", "name": "myservice", "spec": {"probe":
                  {"tcp": {}, "interval": "200ms", "unhealthyThreshold": 1, "unhealthyInterval": "1h"}}}]""");
        for (int i = 0; i < 2; i++) {
            upstreams.add(TestingUpstream.start());
            server.register(upstreams.get(i).endpoint());
        }
        TestingUpstream dead = upstreams.getFirst();
        dead.closePort();
        await("it to be found unhealthy").atMost(SOON).until(() -> verdict(dead).equals("unhealthy"));

        server.kill();
        server.restart();
        assertThat(verdict(dead)).isEqualTo("unhealthy");
        await("Envoy to know").atMost(SOON).until(() -> flags(dead).contains("/failed_eds_health"));
    }

    private JsonNode observed(TestingUpstream upstream) throws IOException, InterruptedException {
        return JSON.readTree(server.get("/v1/services/myservice/endpoints/" + upstream.endpoint())
                        .body())
                .path("observed");
    }

    private boolean areAll(String verdict) throws IOException, InterruptedException {
        for (TestingUpstream upstream : upstreams) {
            if (!verdict(upstream).equals(verdict)) {
                return false;
            }
        }
        return true;
    }

    private String verdict(TestingUpstream upstream) throws IOException, InterruptedException {
        return observed(upstream).path("verdict").asString("");
    }

    /** What Envoy holds against it. */
    private String flags(TestingUpstream upstream) throws IOException, InterruptedException {
        return envoy.adminPage("/clusters")
                .lines()
                .filter(line -> line.startsWith("myservice::" + upstream.endpoint() + "::health_flags::"))
                .findFirst()
                .orElse("");
    }
}
