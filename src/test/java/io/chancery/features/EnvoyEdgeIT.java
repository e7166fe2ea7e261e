package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.FreePorts;
import io.chancery.testing.PlainHttp;
import io.chancery.testing.PlainHttp.Answer;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEcho;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** One port before several services, as {@code docs/examples/edge.yaml} and {@code runtime.yaml} declare it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyEdgeIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String LISTENER = "football_sidecar_listener";
    private static final String ROUTES = "http.football_sidecar_hcm_filter.rds.football_sidecar_http_route_config.";
    private static final String RUNTIME = """
            layered_runtime:
              layers:
                - name: chancery
                  rtds_layer: { name: runtime, rtds_config: { ads: {}, resource_api_version: V3 } }
            """;
    private static final Duration ENVOYS_CHANGE = Duration.ofSeconds(20);

    private final List<TestingEcho> backends = new ArrayList<>();
    private final int port = FreePorts.one();
    private final int checkoutPort = FreePorts.one();

    private Path folder;
    private TestingServer server;
    private TestingEnvoy envoy;

    @BeforeAll
    void start(@TempDir Path parent) throws IOException, InterruptedException {
        folder = parent;
        for (String name : List.of("one", "two", "three", "four")) {
            backends.add(TestingEcho.start(name));
        }
        server = TestingServer.start(folder.resolve("data"));
        server.apply(TestingDocuments.list(edge()));
        server.apply(TestingDocuments.list(runtime(10)));
        envoy = TestingEnvoy.startDynamic(folder, server.xdsPort(), new NodeName("edge-1", "edge"), LISTENER, RUNTIME);
        await("the listener of the other example").until(() -> envoy.listeners().contains("checkout"));
    }

    @AfterAll
    void stop() {
        envoy.close();
        server.close();
        backends.forEach(TestingEcho::close);
    }

    private String edge() {
        String yaml = TestingDocuments.example("edge.yaml");
        yaml = TestingDocuments.replaced(yaml, "port: 8080", "port: " + port);
        for (int i = 0; i < backends.size(); i++) {
            yaml = TestingDocuments.replaced(
                    yaml, "127.0.0.1:620" + (i + 1), backends.get(i).endpoint());
        }
        return yaml;
    }

    private String runtime(int percent) {
        String yaml = TestingDocuments.example("runtime.yaml");
        yaml = TestingDocuments.replaced(yaml, "port: 8082", "port: " + checkoutPort);
        yaml = TestingDocuments.replaced(yaml, "127.0.0.1:6201", backends.get(0).endpoint());
        yaml = TestingDocuments.replaced(yaml, "127.0.0.1:6202", backends.get(1).endpoint());
        return TestingDocuments.replaced(yaml, "numerator: 10", "numerator: " + percent);
    }

    @Test
    void namesAreThoseThatWereDeclared() throws IOException, InterruptedException {
        PlainHttp.get(port, "/");

        assertThat(envoy.listeners()).contains(LISTENER);
        assertThat(envoy.stats("^http\\.football_sidecar_hcm_filter\\.downstream_rq_total$"))
                .allSatisfy((_, value) -> assertThat(value).isPositive())
                .hasSize(1);
        assertThat(envoy.adminPage("/config_dump"))
                .contains("\"football_sidecar_virtual_host\"", "\"football_sidecar_http_route_config\"");
        assertThat(envoy.adminPage("/clusters")).contains("allbackend_cluster::", "app1_cluster::", "app2_cluster::");
    }

    @Test
    void requestsGoToFourBackendsInTurn() throws IOException {
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            answers.merge(name(PlainHttp.get(port, "/")), 1, Integer::sum);
        }

        assertThat(answers).containsOnlyKeys("one", "two", "three", "four");
        assertThat(answers.values()).allSatisfy(count -> assertThat(count).isBetween(9, 11));
    }

    @Test
    void aPathGoesToItsMostSpecificRouteWhereverThatWasWritten() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertThat(name(PlainHttp.get(port, "/app1"))).isEqualTo("one");
            assertThat(name(PlainHttp.get(port, "/app1/x?y=z"))).isEqualTo("one");
            assertThat(name(PlainHttp.get(port, "/app2"))).isEqualTo("two");
        }
        TreeSet<String> names = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            names.add(name(PlainHttp.get(port, "/app10")));
        }
        assertThat(names).as("/app10 is not under /app1").containsExactly("four", "one", "three", "two");
    }

    @Test
    void aRouteToAServiceThatIsNotThereIsRefusedAndNothingIsPushed() throws IOException, InterruptedException {
        long before = envoy.stat(ROUTES + "config_reload");

        HttpResponse<String> refused = server.send(
                "POST",
                "/v1/apply",
                TestingDocuments.list(TestingDocuments.replaced(
                        edge(), "prefix: /app2, service: app2_cluster", "prefix: /app2, service: nowhere")));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("nowhere", "virtualHosts[0].routes[2].service");
        applyAndWait(TestingDocuments.replaced(edge(), "prefix: /app2,", "prefix: /app3,"));
        applyAndWait(edge());
        await("the two changes that were allowed")
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.stat(ROUTES + "config_reload") >= before + 2);
        assertThat(envoy.stat(ROUTES + "config_reload")).isEqualTo(before + 2);
        assertThat(envoy.adminPage("/config_dump")).doesNotContain("nowhere");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/admin/x",
                "/admin?x=y",
                "/ADMIN",
                "/%61dmin",
                "/./admin",
                "/x/../admin",
                "//admin",
                "/admin%2fx",
                "/x%2f..%2fadmin",
                "/x/%2e%2e/admin",
                "/\\admin",
                "/x\\..\\admin"
            })
    void whatIsBlockedIsBlockedInEverySpelling(String path) throws IOException {
        long before = received();

        assertThat(PlainHttp.get(port, path).status()).isEqualTo(403);
        assertThat(received()).isEqualTo(before);
    }

    @Test
    void whatNoPathMayHaveIsRefusedAndWhatOnlyBeginsLikeABlockedPathIsNot() throws IOException {
        long before = received();
        assertThat(PlainHttp.get(port, "/admin%00").status()).isEqualTo(400);
        assertThat(received()).isEqualTo(before);

        assertThat(PlainHttp.get(port, "/adminx").status()).isEqualTo(200);
        assertThat(received()).isEqualTo(before + 1);
    }

    private long received() {
        return backends.stream().mapToLong(TestingEcho::requests).sum();
    }

    /** 600 requests of which each is for the first with a probability of 0.8: the bounds are five standard deviations. */
    @Test
    void aSplitIsByWeightAndChangesInOneCall() throws IOException, InterruptedException {
        int first = 0;
        for (int i = 0; i < 600; i++) {
            first += name(PlainHttp.get(port, "/split")).equals("one") ? 1 : 0;
        }
        assertThat(first).isBetween(480 - 49, 480 + 49);

        Map<String, Long> listeners = changesOfListeners();
        String weights = "{service: app1_cluster, weight: 80}, {service: app2_cluster, weight: 20}";
        applyAndWait(TestingDocuments.replaced(
                edge(), weights, "{service: app1_cluster, weight: 0}, {service: app2_cluster, weight: 20}"));
        await("the new weights")
                .atMost(ENVOYS_CHANGE)
                .until(() -> name(PlainHttp.get(port, "/split")).equals("two"));
        for (int i = 0; i < 50; i++) {
            assertThat(name(PlainHttp.get(port, "/split"))).isEqualTo("two");
        }
        applyAndWait(edge());
        assertThat(changesOfListeners()).as("no listener is drained").isEqualTo(listeners);

        HttpResponse<String> refused = server.send(
                "POST",
                "/v1/apply",
                TestingDocuments.list(TestingDocuments.replaced(
                        edge(), weights, "{service: app1_cluster, weight: 0}, {service: app2_cluster, weight: 0}")));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("routes[3].services", "weight");
    }

    private Map<String, Long> changesOfListeners() throws IOException, InterruptedException {
        Map<String, Long> changes =
                envoy.stats("^listener_manager\\.(listener_(added|modified|removed|in_place_updated))$");
        assertThat(changes).hasSize(4);
        return changes;
    }

    @Test
    void routesCanAskForAHostForHeadersAndForMethods() throws IOException, InterruptedException {
        int other = FreePorts.one();
        applyAndWait("""
                kind: Listener
                name: conditions
                spec:
                  port: %d
                  virtualHosts:
                    - name: blue
                      domains: blue.example
                      routes: [{prefix: /, response: {status: 200, body: by host}}]
                    - name: rest
                      routes:
                        - {prefix: /, response: {status: 200, body: by default}}
                        - {prefix: /, methods: [PUT, DELETE], response: {status: 200, body: by method}}
                        - prefix: /
                          headers: {name: x-team, exact: blue}
                          response: {status: 200, body: by header}
                        - {prefix: /, query: {name: page, regex: "[0-9]+"}, response: {status: 200, body: by query}}
                """.formatted(other));
        await("the listener")
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.listeners().contains("conditions"));

        assertThat(PlainHttp.send(other, "GET", "/x", "Host: blue.example").body())
                .contains("by host");
        assertThat(PlainHttp.send(other, "GET", "/x", "Host: blue.example:" + other)
                        .body())
                .contains("by host");
        assertThat(PlainHttp.send(other, "GET", "/x", "Host: red.example").body())
                .contains("by default");
        assertThat(PlainHttp.send(other, "DELETE", "/x", "Host: a").body()).contains("by method");
        assertThat(PlainHttp.send(other, "GET", "/x", "Host: a", "X-Team: blue").body())
                .contains("by header");
        assertThat(PlainHttp.send(other, "GET", "/x", "Host: a", "X-Team: red").body())
                .contains("by default");
        assertThat(PlainHttp.send(other, "GET", "/x?page=12", "Host: a").body()).contains("by query");
        assertThat(PlainHttp.send(other, "GET", "/x?page=b", "Host: a").body()).contains("by default");
    }

    /** What an HTTP proxy has handled says so in its header {@code server}; what was carried as bytes does not. */
    @Test
    void aServiceSwitchesBetweenRequestsAndConnections() throws IOException, InterruptedException {
        int other = FreePorts.one();
        String http = """
                {kind: Listener, name: switching, spec: {port: %d, routes: [{prefix: /, service: app1_cluster}]}}
                """.formatted(other);
        String tcp = """
                {kind: Listener, name: switching, spec: {protocol: tcp, port: %d, service: app1_cluster}}
                """.formatted(other);

        applyAndWait(http);
        awaitAnswer(other, Optional.of("envoy"));
        applyAndWait(tcp);
        awaitAnswer(other, Optional.empty());
        applyAndWait(http);
        awaitAnswer(other, Optional.of("envoy"));
    }

    private static void awaitAnswer(int other, Optional<String> handler) {
        await("the switch")
                .atMost(ENVOYS_CHANGE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    Answer answer = PlainHttp.get(other, "/app");
                    assertThat(name(answer)).isEqualTo("one");
                    assertThat(answer.header("server")).isEqualTo(handler);
                });
    }

    /** The bucket of 10 in 30 s fills by one every 3 s. */
    @Test
    void theEleventhRequestIsRefusedAndServiceResumesAsTheBucketFills() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(PlainHttp.get(port, "/limited").status()).isEqualTo(200);
        }
        assertThat(PlainHttp.get(port, "/limited").status()).isEqualTo(429);
        assertThat(PlainHttp.get(port, "/").status())
                .as("no other route is limited")
                .isEqualTo(200);

        await("the bucket to have one again")
                .atMost(Duration.ofSeconds(6))
                .until(() -> PlainHttp.get(port, "/limited").status() == 200);
        assertThat(PlainHttp.get(port, "/limited").status()).isEqualTo(429);
    }

    @Test
    void aRuntimeValueChangesARoutesFractionWithinASecond() throws IOException, InterruptedException {
        for (String next : List.of("two", "one", "two")) {
            server.apply(TestingDocuments.list(runtime(next.equals("two") ? 100 : 0)));
            await("the value to count")
                    .atMost(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> name(PlainHttp.get(checkoutPort, "/")).equals(next));
            for (int i = 0; i < 20; i++) {
                assertThat(name(PlainHttp.get(checkoutPort, "/"))).isEqualTo(next);
            }
        }
        assertThat(envoy.adminPage("/runtime")).contains("checkout.new_flow", "upstream.healthy_panic_threshold");
    }

    @Test
    void filtersOfConnectionsAndCircuitBreakersAreAcceptedByEnvoy() throws IOException, InterruptedException {
        applyAndWait("""
                kind: Service
                name: store
                spec:
                  protocol: tcp
                  endpoints: "%s"
                  circuitBreakers: {defaults: {maxConnections: 1717}, high: {maxConnections: 3434}}
                """.formatted(backends.getFirst().endpoint()));
        applyAndWait(filtered("redis"));
        applyAndWait(filtered("mongodb"));

        await("the listeners")
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.listeners().containsAll(List.of("filter_redis", "filter_mongodb")));
        assertThat(envoy.adminPage("/config_dump"))
                .contains(
                        "envoy.filters.network.redis_proxy",
                        "envoy.filters.network.mongo_proxy",
                        "envoy.filters.network.connection_limit",
                        "\"max_connections\": 1717",
                        "\"max_connections\": 3434",
                        "\"priority\": \"HIGH\"");
        assertThat(envoy.stat("cluster_manager.cds.update_rejected")).isZero();
    }

    /** Those two are among Envoy's contributed extensions, which its usual binary has not. */
    @ParameterizedTest
    @CsvSource({"postgres, postgres_proxy", "mysql, mysql_proxy"})
    void aFilterThatThisEnvoyDoesNotHaveIsRefusedByItWithItsName(String protocol, String filter)
            throws IOException, InterruptedException {
        server.apply(TestingDocuments.list("""
                {kind: Service, name: understood, spec: {protocol: tcp, endpoints: "%s"}}
                """.formatted(backends.getFirst().endpoint())));
        server.apply(TestingDocuments.list(filtered(protocol, "understood")));

        await("the listener or its refusal")
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.listeners().contains("filter_" + protocol)
                        || refusals().contains("envoy.filters.network." + filter));
        assertThat(PlainHttp.get(port, "/").status()).as("the others go on").isEqualTo(200);
        assertThat(server.send("DELETE", "/v1/manifests/Listener/filter_" + protocol, "")
                        .statusCode())
                .isEqualTo(200);
    }

    private static String filtered(String protocol) {
        return filtered(protocol, "store");
    }

    private static String filtered(String protocol, String service) {
        return """
                kind: Listener
                name: filter_%s
                spec: {protocol: tcp, address: 127.0.0.1, port: %d, service: %s, protocolFilter: %s, maxConnections: 9}
                """.formatted(protocol, FreePorts.one(), service, protocol);
    }

    private void applyAndWait(String yaml) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.send("POST", "/v1/apply?wait=acked&timeout=8s", TestingDocuments.list(yaml));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).get("receipt").get("refused").intValue())
                .as(this::refusals)
                .isZero();
    }

    private String refusals() {
        try {
            return server.get("/v1/nodes/edge-1").body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String name(Answer answer) {
        return TestingEcho.read(answer.body())
                .map(body -> body.get("name").stringValue())
                .orElseGet(() -> answer.status() + " " + answer.body());
    }
}
