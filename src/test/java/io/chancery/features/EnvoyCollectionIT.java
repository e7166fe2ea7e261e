package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.Variant;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service whose endpoints go to a real Envoy one by one, as a glob collection. */
class EnvoyCollectionIT {

    /** Envoy waits up to 5 s between its attempts to reach the control plane. */
    private static final Duration ENVOY_IS_BACK = Duration.ofSeconds(30);

    private static final String SERVICE = "big";
    private static final String POLICY = """
            {"kind": "Service", "name": "big", "spec": {"endpointDiscovery": "leds"}}""";

    @TempDir
    Path folder;

    private final List<TestingUpstream> upstreams = new ArrayList<>();
    private TestingServer server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = TestingServer.start(folder.resolve("data"));
        server.apply(TestingManifests.list(POLICY, TestingManifests.listener(), TestingManifests.routes(SERVICE)));
        for (int i = 0; i < 4; i++) {
            upstreams.add(TestingUpstream.start());
        }
    }

    @AfterEach
    void stop() {
        upstreams.forEach(TestingUpstream::close);
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void endpointsComeAndGoOneByOneAndAStateOfTheWorldClientHasThemAll(Variant variant)
            throws IOException, InterruptedException {
        register(0);
        register(1);
        try (TestingEnvoy envoy = TestingEnvoy.startDynamic(folder, variant, server.xdsPort(), "edge-1")) {
            awaitEndpoints(envoy, 0, 1);
            register(2);
            awaitEndpoints(envoy, 0, 1, 2);
            assertThat(answers(envoy, 30)).isEqualTo(uuids(0, 1, 2));

            deregister(1);
            awaitEndpoints(envoy, 0, 2);
            assertThat(answers(envoy, 30)).isEqualTo(uuids(0, 2));

            drain(0);
            await("requests to go to the other only")
                    .untilAsserted(() -> assertThat(answers(envoy, 10)).isEqualTo(uuids(2)));

            deregister(0);
            deregister(2);
            awaitEndpoints(envoy);
            assertThat(envoy.get().statusCode()).isEqualTo(503);

            register(3);
            awaitEndpoints(envoy, 3);
            await("requests to pass")
                    .untilAsserted(() -> assertThat(envoy.get().body())
                            .isEqualTo(upstreams.get(3).uuid()));
            assertThat(envoy.stat("cluster.big.update_rejected")).isZero();
        }
    }

    @Test
    void anEnvoyComesUpThoughTheCollectionIsEmpty() throws IOException, InterruptedException {
        register(0);
        deregister(0);
        try (TestingEnvoy envoy = TestingEnvoy.startDynamic(folder, Variant.DELTA_GRPC, server.xdsPort(), "edge-1")) {
            assertThat(envoy.get().statusCode()).isEqualTo(503);
            register(1);
            awaitEndpoints(envoy, 1);
        }
    }

    @Test
    void afterARestartOfTheControlPlaneEnvoyHasWhatIsRegisteredThen() throws IOException, InterruptedException {
        register(0);
        register(1);
        try (TestingEnvoy envoy = TestingEnvoy.startDynamic(folder, Variant.DELTA_GRPC, server.xdsPort(), "edge-1")) {
            awaitEndpoints(envoy, 0, 1);
            server.kill();
            assertThat(answers(envoy, 10)).as("while the control plane is away").isEqualTo(uuids(0, 1));
            server.restart();
            deregister(0);
            register(2);
            awaitEndpoints(envoy, 1, 2);
            assertThat(answers(envoy, 30)).isEqualTo(uuids(1, 2));

            server.kill();
            server.restart();
            deregister(1);
            awaitEndpoints(envoy, 2);
            register(3);
            awaitEndpoints(envoy, 2, 3);
        }
    }

    @Test
    void aChangeOfOneOfTenThousandEndpointsIsSomeHundredBytes() throws IOException, InterruptedException {
        String endpoints = IntStream.range(0, 10_000)
                .mapToObj(i -> "{\"service\": \"big\", \"id\": \"e-%d\", \"address\": \"10.%d.%d.1\", \"port\": 80}"
                        .formatted(i, i / 250, i % 250))
                .collect(Collectors.joining(",", "{\"register\": [", "]}"));
        HttpResponse<String> registered = server.send("POST", "/v1/registrations", endpoints);
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
        try (TestingEnvoy envoy = TestingEnvoy.startDynamic(folder, Variant.DELTA_GRPC, server.xdsPort(), "edge-1")) {
            await("all endpoints")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(envoy.stat("cluster.big.membership_total"))
                            .isEqualTo(10_000));
            double before = sentBytes();

            register(0);
            awaitTotal(envoy, 10_001);
            double added = sentBytes() - before;
            deregister(0);
            awaitTotal(envoy, 10_000);
            double removed = sentBytes() - before - added;

            assertThat(added).isBetween(100.0, 400.0);
            assertThat(removed).isBetween(50.0, 300.0);
        }
    }

    private static void awaitTotal(TestingEnvoy envoy, long endpoints) {
        await("the change")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(envoy.stat("cluster.big.membership_total")).isEqualTo(endpoints));
    }

    private double sentBytes() throws IOException, InterruptedException {
        Matcher line = Pattern.compile("(?m)^chancery_xds_sent_bytes_total\\{[^}]*} (\\S+)")
                .matcher(server.get("/actuator/prometheus").body());
        return line.results()
                .mapToDouble(one -> Double.parseDouble(one.group(1)))
                .sum();
    }

    private void register(int upstream) throws IOException, InterruptedException {
        compatible("register", upstream);
    }

    private void deregister(int upstream) throws IOException, InterruptedException {
        compatible("deregister", upstream);
    }

    private void compatible(String action, int upstream) throws IOException, InterruptedException {
        HttpResponse<String> response = server.get("/edsservice/" + action + "?service=" + SERVICE + "&endpoint="
                + upstreams.get(upstream).endpoint());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private void drain(int upstream) throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(
                "PATCH",
                "/v1/services/big/endpoints/" + upstreams.get(upstream).endpoint(),
                "{\"state\": \"draining\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private void awaitEndpoints(TestingEnvoy envoy, int... expected) {
        Set<String> addresses = new TreeSet<>();
        for (int upstream : expected) {
            addresses.add(upstreams.get(upstream).endpoint());
        }
        await("Envoy to have the endpoints")
                .atMost(ENVOY_IS_BACK)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(endpoints(envoy)).isEqualTo(addresses));
    }

    private static Set<String> endpoints(TestingEnvoy envoy) throws IOException, InterruptedException {
        return Pattern.compile("(?m)^big::([\\d.]+:\\d+)::cx_active")
                .matcher(envoy.adminPage("/clusters"))
                .results()
                .map(one -> one.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> answers(TestingEnvoy envoy, int requests) throws IOException, InterruptedException {
        Set<String> uuids = new TreeSet<>();
        for (int i = 0; i < requests; i++) {
            uuids.add(envoy.get().body());
        }
        return uuids;
    }

    private Set<String> uuids(int... expected) {
        return IntStream.of(expected)
                .mapToObj(upstream -> upstreams.get(upstream).uuid())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
