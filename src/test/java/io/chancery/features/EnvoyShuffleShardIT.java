package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.sharding.Shard;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import io.chancery.testing.FreePorts;
import io.chancery.testing.PlainHttp;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEcho;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingLoad;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** An operator's call changes which endpoints serve a customer, as a real Envoy and its clients see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyShuffleShardIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int REQUESTS_PER_SECOND = 650;
    private static final int REQUESTS = 10;

    private final int port = FreePorts.one();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger runtimeChanges = new AtomicInteger();
    private final List<TestingEcho> upstreams = new ArrayList<>();
    private TestingServer server;
    private TestingEnvoy envoy;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException {
        server = TestingServer.start(folder.resolve("data"));
        for (int i = 0; i < 12; i++) {
            upstreams.add(TestingEcho.start("backend-" + i));
        }
        begin();
        apply("Listener", "edge", "address: 127.0.0.1, port: " + port + ", routes: [{service: backends}]");
        envoy = TestingEnvoy.startDynamic(folder, server.xdsPort(), new NodeName("edge-1", "edge"), "edge", "");
    }

    /** Eight endpoints, and two of them for each customer. */
    @BeforeEach
    void begin() throws IOException, InterruptedException {
        for (TestingEcho upstream : upstreams.subList(8, 12)) {
            HttpResponse<String> _ =
                    server.send("DELETE", "/v1/services/backends/endpoints/" + upstream.endpoint(), "");
        }
        for (TestingEcho upstream : upstreams.subList(0, 8)) {
            register(upstream);
            HttpResponse<String> _ = server.send("DELETE", health(upstream.endpoint()), "");
        }
        apply("customer: {header: x-customer-id}, size: 2, responseHeaders: true");
    }

    @AfterAll
    void stop() {
        envoy.close();
        server.close();
        upstreams.forEach(TestingEcho::close);
    }

    @Test
    void aCustomerIsServedByTheEndpointsOfItsShardAndNoOther() throws IOException {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            all.addAll(served("customer-" + i, 2));
        }
        assertThat(all).hasSize(8);
    }

    @ParameterizedTest(name = "by {0}")
    @ValueSource(strings = {"filter", "weighted-clusters"})
    void theShardIsTheOneThatIsComputedFromTheSameId(String mechanism) throws IOException, InterruptedException {
        apply("customer: {header: x-customer-id}, size: 2, responseHeaders: true, mechanism: " + mechanism);
        assertThat(envoy.adminPage("/config_dump?resource=dynamic_route_configs")
                        .contains("use_hash_policy"))
                .isEqualTo(mechanism.equals("weighted-clusters"));
        Sharding sharding = sharding(8);
        List<String> ids = new ArrayList<>(List.of(
                "a",
                "customer-A",
                "x".repeat(200),
                "0",
                "eight ch",
                "more than 32 octets of different kinds",
                "one,two",
                "~!@#$%^&*()_+",
                "a b"));
        for (int i = 0; i < 200; i++) {
            ids.add(Integer.toString(i * 7_919, 36));
        }
        for (String id : ids) {
            Shard shard = sharding.shardOf(id);
            PlainHttp.Answer answer = get(id, "/");

            assertThat(answer.header("x-shard-assignment")).as(id).contains(shard.label());
            assertThat(shard.hosts().stream().map(EndpointId::value))
                    .as(id)
                    .contains(answer.header("x-shard-host").orElseThrow());
        }
    }

    @ParameterizedTest(name = "by {0}")
    @ValueSource(strings = {"filter", "weighted-clusters"})
    void aRequestWithoutCustomerIsRefused(String mechanism) throws IOException, InterruptedException {
        apply("customer: {header: x-customer-id}, mechanism: " + mechanism);
        PlainHttp.Answer none = PlainHttp.get(port, "/");
        PlainHttp.Answer empty = PlainHttp.send(port, "GET", "/", "Host: localhost", "x-customer-id: ");

        assertThat(none.status()).isEqualTo(400);
        assertThat(none.body()).isEqualTo("Missing x-customer-id header");
        assertThat(empty.status()).isEqualTo(400);
        assertThat(envoy.stats("shuffle_shard.without_customer"))
                .hasEntrySatisfying(
                        "http.edge.lua.shuffle_shard.without_customer",
                        count -> assertThat(count).isGreaterThanOrEqualTo(2));
    }

    @ParameterizedTest(name = "by {0}")
    @ValueSource(strings = {"filter", "weighted-clusters"})
    void theUpstreamIsToldTheShardAndNothingThatTheClientSaysOfIt(String mechanism)
            throws IOException, InterruptedException {
        apply("customer: {header: x-customer-id}, size: 2, responseHeaders: true, mechanism: " + mechanism);
        PlainHttp.Answer answer = PlainHttp.send(
                port,
                "GET",
                "/orders",
                "Host: localhost",
                "x-customer-id: customer-A",
                "x-shard-assignment: 7,7",
                "x-shard-config: 9/9",
                "x-target-host: 3",
                "x-target-cluster: backend_3");
        JsonNode headers = TestingEcho.read(answer.body()).orElseThrow().get("headers");

        assertThat(headers.get("x-shard-assignment").stringValue())
                .isEqualTo(sharding(8).shardOf("customer-A").label());
        assertThat(headers.get("x-shard-config").stringValue()).isEqualTo("2/8");
        assertThat(headers.get("x-target-cluster").stringValue()).isEqualTo("backends");
        assertThat(headers.has("x-target-host")).isFalse();
        assertThat(answer.header("x-shard-config")).contains("2/8");
    }

    @Test
    void theSizeOfACustomerChangesWithTheNextRequestAfterTheCall() throws Exception {
        Set<String> two = served("customer-A", 2);

        apply("customer: {header: x-customer-id}, size: 2, customers: {customer-A: {size: 3}}");

        assertThat(served("customer-A", 3)).containsAll(two);
        assertThat(served("customer-C", 2)).hasSize(2);
        assertThat(envoy.stat("listener_manager.listener_modified")).isZero();
    }

    @Test
    void theScheduleOfTheOriginalIsFollowedByTheRequests() throws Exception {
        applyExample("start");
        assertThat(served("customer-A", 2)).hasSize(2);
        for (TestingEcho upstream : upstreams.subList(8, 12)) {
            register(upstream);
        }
        applyExample("after-30s");
        assertThat(served("customer-A", 3)).hasSize(3);
        assertThat(served("customer-B", 2)).hasSize(2);
        applyExample("after-60s");
        assertThat(served("customer-A", 3)).hasSize(3);
        assertThat(served("customer-B", 4)).hasSize(4);
        assertThat(served("customer-C", 2)).hasSize(2);
        assertThat(get("customer-B", "/").header("x-shard-config")).contains("4/12");
        assertThat(envoy.stat("listener_manager.listener_modified")).isZero();
    }

    /** But for its listener, as there is one already. */
    private void applyExample(String name) throws IOException, InterruptedException {
        String all = Files.readString(Path.of("docs/examples/shuffle-sharding", name + ".yaml"));
        for (String document : all.split("(?m)^---$", -1)) {
            if (!document.contains("kind: Listener")) {
                applyDocument(document);
            }
        }
    }

    @Test
    void aChangeGoesToSomeCustomersFirst() throws Exception {
        String policy = "customer: {header: x-customer-id}, size: 2, responseHeaders: true,"
                + " rollout: {to: {size: 3, seed: 1}, by: customers, steps: [{percent: 30}]}";
        apply(policy);
        Sharding sharding = sharding(policy, 8);
        int moved = 0;
        for (int i = 0; i < 300; i++) {
            String id = "customer-" + i;
            assertThat(get(id, "/").header("x-shard-assignment"))
                    .as(id)
                    .contains(sharding.shardOf(id).label());
            moved += sharding.isMoved(id) ? 1 : 0;
        }
        assertThat(moved).isBetween(60, 120);
    }

    @Test
    void aChangeGoesToSomeNodesFirst() throws Exception {
        Node edge = new Node("edge-1", "edge", Locality.UNKNOWN, Map.of());
        for (boolean included : new boolean[] {true, false}) {
            String policy = IntStream.range(1, 1_000)
                    .mapToObj(seed -> "customer: {header: x-customer-id}, size: 2, responseHeaders: true,"
                            + " rollout: {to: {size: 3, seed: " + seed + "}, by: nodes, steps: [{percent: 50}]}")
                    .filter(one -> sharding(one, 8).nodeShare().orElseThrow().includes(edge) == included)
                    .findFirst()
                    .orElseThrow();
            apply(policy);
            Sharding sharding = sharding(policy, 8);
            assertThat(get("customer-A", "/").header("x-shard-assignment"))
                    .contains((included ? sharding.next().orElseThrow() : sharding.current())
                            .shardOf("customer-A")
                            .label());
            assertThat(served("customer-A", included ? 3 : 2)).isNotEmpty();
        }
    }

    @ParameterizedTest(name = "by {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{cookie: tenant} | / | Cookie: a=b; tenant=customer-A; c=d",
                "{query: tenant} | /?a=b&tenant=customer-A | X-Any: 1",
                "{sourceAddress: true} | / | X-Any: 1"
            })
    void theCustomerIsFoundWhereThePolicySays(String key, String path, String header) throws Exception {
        apply("customer: " + key + ", responseHeaders: true");
        String customer = key.contains("source") ? "127.0.0.1" : "customer-A";

        PlainHttp.Answer answer = PlainHttp.send(port, "GET", path, "Host: localhost", header);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("x-shard-assignment"))
                .contains(sharding(8).shardOf(customer).label());
    }

    @Test
    void aRequestWithoutCustomerGetsTheDefaultShardWhereThatIsDeclared() throws Exception {
        apply("customer: {header: x-customer-id}, withoutCustomer: default-shard, responseHeaders: true");

        assertThat(PlainHttp.get(port, "/").header("x-shard-assignment"))
                .contains(sharding(8).shardOf("").label());
    }

    @Test
    void thePathDecidesWithinTheShardWhereThatIsDeclared() throws Exception {
        apply("customer: {header: x-customer-id}, size: 3, choice: path, responseHeaders: true");
        Map<String, String> first = new HashMap<>();
        await("the new cluster to choose by path").atMost(SOON).until(() -> {
            first.clear();
            boolean stable = true;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 20; i++) {
                    String host = get("customer-A", "/path" + i)
                            .header("x-shard-host")
                            .orElse("");
                    stable &= host.equals(first.merge("/path" + i, host, (one, _) -> one));
                }
            }
            return stable;
        });
        assertThat(new HashSet<>(first.values())).hasSize(3);
    }

    @Test
    void pinnedAndBarredEndpointsAreHonoured() throws Exception {
        List<String> hosts = upstreams.stream().map(TestingEcho::endpoint).toList();
        apply("customer: {header: x-customer-id}, customers: {vip: {pin: [\"" + hosts.get(1) + "\", \"" + hosts.get(5)
                + "\"]}, noisy: {size: 3, bar: [\"" + hosts.get(0) + "\"]}}");

        assertThat(served("vip", 2)).containsExactlyInAnyOrder("backend-1", "backend-5");
        assertThat(served("noisy", 3)).doesNotContain("backend-0");
    }

    @Test
    void nothingFailsUnderLoadWhileHostsPoliciesAndRuntimeValuesChange() throws Exception {
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
                TestingLoad load = TestingLoad.start(
                        URI.create("http://127.0.0.1:" + port + "/"),
                        REQUESTS_PER_SECOND,
                        number -> Map.of("x-customer-id", "customer-" + number % 500))) {
            await("the load to flow").until(() -> load.count() > 100);
            Future<?> changing = clock.scheduleAtFixedRate(this::changeRuntime, 0, 1, TimeUnit.SECONDS);
            for (int round = 0; round < 3; round++) {
                int changes = runtimeChanges.get();
                for (TestingEcho upstream : upstreams.subList(8, 12)) {
                    register(upstream);
                }
                await("all twelve to serve")
                        .atMost(SOON)
                        .until(() -> totalSeen().equals("2/12"));
                String policy = "customer: {header: x-customer-id}, responseHeaders: true, mechanism: "
                        + (round % 2 == 0 ? "weighted-clusters" : "filter");
                apply(policy + ", size: 3, seed: " + round);
                apply(policy + ", size: 2, classes: {gold: 4}");
                for (TestingEcho upstream : upstreams.subList(8, 12)) {
                    HttpResponse<String> answer = server.send(
                            "DELETE", "/v1/services/backends/endpoints/" + upstream.endpoint() + "?drain=1s", "");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                }
                await("the former eight to serve")
                        .atMost(SOON)
                        .until(() -> totalSeen().equals("2/8"));
                await("a runtime value to change in this round").atMost(SOON).until(() -> {
                    assertThat(changing).isNotDone();
                    return runtimeChanges.get() > changes;
                });
            }

            clock.shutdown();
            assertThat(TestingLoad.failures(load.stop())).isEmpty();
            assertThat(load.answeredPerSecond()).isGreaterThan(500);
            assertThat(envoy.stat("listener_manager.listener_modified")).isZero();
        }
    }

    private void changeRuntime() {
        try {
            apply("RuntimeLayer", "runtime", "values: {change: " + runtimeChanges.get() + "}");
            runtimeChanges.incrementAndGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anEndpointThatIsDownIsPassedOverWithinTheShard() throws Exception {
        String customer = "customer-7";
        List<EndpointId> shard = sharding(8).shardOf(customer).hosts();
        TestingEcho replaced;
        try (TestingLoad load = TestingLoad.start(
                URI.create("http://127.0.0.1:" + port + "/"),
                REQUESTS_PER_SECOND,
                _ -> Map.of("x-customer-id", customer))) {
            await("the load to flow").until(() -> load.count() > 100);
            replaced = upstream(shard.getFirst());
            replaced.close();
            await("more load to flow").until(() -> load.count() > 1_500);

            assertThat(TestingLoad.failures(load.stop()).stream()
                            .filter(failure -> !failure.text().contains("connection termination")))
                    .isEmpty();
        }
        assertThat(served(customer, 1))
                .containsExactly(upstream(shard.getLast()).name());
        upstreams.set(upstreams.indexOf(replaced), TestingEcho.start(replaced.name()));
        HttpResponse<String> gone = server.send(
                "DELETE", "/v1/services/backends/endpoints/" + shard.getFirst().value() + "?wait=acked", "");
        assertThat(gone.statusCode()).as(gone.body()).isEqualTo(200);
    }

    @Test
    void whileAWholeShardIsDownItFailsOrFallsBackAsDeclared() throws Exception {
        String customer = "customer-7";
        for (EndpointId host : sharding(8).shardOf(customer).hosts()) {
            health(host, "unhealthy");
        }
        assertThat(get(customer, "/").status()).isEqualTo(503);

        apply("customer: {header: x-customer-id}, size: 2, whenDown: fallback");
        assertThat(served(customer, 6)).hasSize(6);
        assertThat(envoy.stat("cluster.backends.lb_subsets_fallback")).isPositive();

        apply("customer: {header: x-customer-id}, size: 2, whenDown: fail");
        for (EndpointId host : sharding(8).shardOf(customer).hosts()) {
            assertThat(server.send("DELETE", health(host.value()), "").statusCode())
                    .isEqualTo(200);
        }
        assertThat(served(customer, 2)).hasSize(2);
    }

    private static String health(String endpoint) {
        return "/v1/services/backends/endpoints/" + endpoint + "/health?wait=acked&timeout=10s";
    }

    private void health(EndpointId host, String verdict) throws IOException, InterruptedException {
        HttpResponse<String> answer = server.send("PUT", health(host.value()), "{\"verdict\": \"" + verdict + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private TestingEcho upstream(EndpointId host) {
        return upstreams.stream()
                .filter(one -> one.endpoint().equals(host.value()))
                .findFirst()
                .orElseThrow();
    }

    private String totalSeen() throws IOException {
        return get("customer-C", "/").header("x-shard-config").orElse("");
    }

    private Sharding sharding(int hosts) {
        return sharding("customer: {header: x-customer-id}", hosts);
    }

    private Sharding sharding(String policy, int hosts) {
        return Sharding.of(
                policy(policy),
                upstreams.subList(0, hosts).stream()
                        .map(upstream -> new ShardHost(new EndpointId(upstream.endpoint()), 1, ""))
                        .toList());
    }

    private static ShuffleShard policy(String spec) {
        return TestingDocuments.spec("{kind: ShuffleShard, name: backends, spec: {" + spec + "}}", ShuffleShard.class);
    }

    /** Waits until so many have served a customer, and nobody else does. */
    private Set<String> served(String customer, int endpoints) throws IOException {
        Set<String> names = new TreeSet<>();
        await("requests of " + customer + " at so many endpoints").atMost(SOON).until(() -> {
            names.add(server(customer));
            return names.size() == endpoints;
        });
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(names).contains(server(customer));
        }
        return names;
    }

    private String server(String customer) throws IOException {
        PlainHttp.Answer answer = get(customer, "/path" + requests.incrementAndGet());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return TestingEcho.read(answer.body()).orElseThrow().get("name").stringValue();
    }

    private PlainHttp.Answer get(String customer, String path) throws IOException {
        return PlainHttp.send(port, "GET", path, "Host: localhost", "x-customer-id: " + customer);
    }

    private void register(TestingEcho upstream) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.get("/edsservice/register?service=backends&endpoint=" + upstream.endpoint());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void apply(String policy) throws IOException, InterruptedException {
        apply("ShuffleShard", "backends", policy);
    }

    private void apply(String kind, String name, String spec) throws IOException, InterruptedException {
        applyDocument("kind: " + kind + "\nname: " + name + "\nspec: {" + spec + "}\n");
    }

    private void applyDocument(String document) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.send("POST", "/v1/apply?wait=acked&timeout=10s", TestingDocuments.list(document));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
