package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEdge;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingInstance;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints that are registered and do not answer, as a real Envoy and its clients see it. */
class EnvoyProbeIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LEASE = Duration.ofSeconds(4);

    @TempDir
    Path folder;

    private final List<TestingUpstream> upstreams = new ArrayList<>();
    private TestingEdge edge;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        edge = TestingEdge.start(folder);
    }

    @AfterEach
    void stop() {
        edge.close();
        upstreams.forEach(TestingUpstream::close);
    }

    @Test
    void anUpstreamThatClosesItsPortGetsNoRequestsAfterTheThresholdAndComesBackWithItsPort() throws Exception {
        edge.probe("""
                {"http": {}, "interval": "200ms", "timeout": "1s", "unhealthyThreshold": 2, "healthyThreshold": 2}""");
        register(3);
        TestingUpstream ailing = upstreams.getFirst();
        TestingEnvoy envoy = edge.envoy();
        await("all to be found healthy")
                .atMost(SOON)
                .until(() -> areHealthy(
                        upstreams.stream().map(TestingUpstream::endpoint).toList()));
        await("all to reach Envoy").atMost(SOON).until(() -> envoy.endpoints().size() == 3);

        ailing.closePort();
        await("it to be found unhealthy")
                .atMost(SOON)
                .until(() -> edge.verdict(ailing.endpoint()).equals("unhealthy"));
        assertThat(edge.observed(ailing.endpoint()).get("reason").stringValue())
                .startsWith("failed 2 times in a row: cannot be connected");
        await("Envoy to know")
                .atMost(SOON)
                .until(() -> edge.flags(ailing.endpoint()).contains("/failed_eds_health"));

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
                .until(() -> edge.verdict(ailing.endpoint()).equals("healthy"));
        await("Envoy to use it again")
                .atMost(SOON)
                .until(() -> envoy.get().body().equals(ailing.uuid()));
        assertThat(ailing.requests()).isGreaterThan(asked);
    }

    @Test
    void afterARestartWhatWasUnhealthyIsServedAsUnhealthyBeforeAnyProbe() throws Exception {
        edge.probe("""
                {"tcp": {}, "interval": "200ms", "unhealthyThreshold": 1, "unhealthyInterval": "1h"}""");
        register(2);
        TestingUpstream dead = upstreams.getFirst();
        dead.closePort();
        await("it to be found unhealthy")
                .atMost(SOON)
                .until(() -> edge.verdict(dead.endpoint()).equals("unhealthy"));

        edge.server().kill();
        edge.server().restart();
        assertThat(edge.verdict(dead.endpoint())).isEqualTo("unhealthy");
        await("Envoy to know")
                .atMost(SOON)
                .until(() -> edge.flags(dead.endpoint()).contains("/failed_eds_health"));
    }

    @Test
    void ofFiveProcessesTheOneThatIsKilledIsSentNothingOnceItsProbesFailAndLeavesWithItsLease() throws Exception {
        edge.probe("""
                {"http": {}, "interval": "200ms", "timeout": "1s", "unhealthyThreshold": 2}""");
        List<TestingInstance> instances = TestingInstance.start(edge.server().api(), 5, LEASE);
        List<String> all = instances.stream().map(TestingInstance::endpoint).toList();
        String dead = all.getFirst();
        List<String> others = all.subList(1, 5);
        await("all to be found healthy").atMost(SOON).until(() -> areHealthy(all));
        await("all to reach Envoy")
                .atMost(SOON)
                .until(() -> edge.envoy().endpoints().containsAll(all));
        try (TestingLoad load = TestingLoad.start(edge.envoy().ingress(), 100)) {
            await("some load").atMost(SOON).until(() -> load.count() > 100);
            instances.getFirst().kill();
            long killed = System.nanoTime();
            await("Envoy to know")
                    .atMost(SOON)
                    .pollInterval(OFTEN)
                    .until(() -> edge.flags(dead).contains("/failed_eds_health"));
            // Envoy's only worker has been told before it answers this.
            assertThat(edge.envoy().get().statusCode()).isEqualTo(200);
            long known = System.nanoTime();
            Optional<String> sent = sent(dead);
            assertThat(sent).isPresent();

            await("its lease to end").atMost(SOON).pollInterval(OFTEN).until(() -> {
                assertInUse(others);
                sent(dead).ifPresent(now -> assertThat(now).isEqualTo(sent.get()));
                return !edge.registered().contains(dead);
            });
            assertThat(Duration.ofNanos(System.nanoTime() - killed))
                    .isBetween(LEASE.multipliedBy(3).dividedBy(4), LEASE.plusSeconds(2));
            await("Envoy to be without it")
                    .atMost(SOON)
                    .until(() -> !edge.envoy().endpoints().contains(dead));
            assertInUse(others);

            List<TestingLoad.Answer> answers = load.stop();
            assertThat(TestingLoad.failures(answers))
                    .as("those that it had not answered when it was killed may fail, no others")
                    .allMatch(answer -> Math.abs(answer.startedNanos() - killed) < SHORT.toNanos());
            assertThat(answers)
                    .filteredOn(answer -> answer.startedNanos() > known)
                    .extracting(TestingLoad.Answer::text)
                    .contains("instance-1", "instance-2", "instance-3", "instance-4")
                    .doesNotContain("instance-0");
        } finally {
            instances.forEach(TestingInstance::close);
        }
    }

    /** How many connections and requests Envoy has begun with it. */
    private Optional<String> sent(String endpoint) throws IOException, InterruptedException {
        Optional<String> requests = edge.host(endpoint, "rq_total");
        return edge.host(endpoint, "cx_total").flatMap(connections -> requests.map(sent -> connections + " " + sent));
    }

    private void register(int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            upstreams.add(TestingUpstream.start());
            edge.server().register(upstreams.get(i).endpoint());
        }
    }

    private boolean areHealthy(List<String> endpoints) throws IOException, InterruptedException {
        for (String endpoint : endpoints) {
            if (!edge.verdict(endpoint).equals("healthy")) {
                return false;
            }
        }
        return true;
    }

    private void assertInUse(List<String> endpoints) throws IOException, InterruptedException {
        assertThat(edge.registered()).containsAll(endpoints);
        assertThat(edge.envoy().endpoints()).containsAll(endpoints);
        for (String endpoint : endpoints) {
            assertThat(edge.flags(endpoint)).isEqualTo("healthy");
        }
    }
}
