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
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A gateway as {@code docs/examples/gateway.yaml} declares it, and what can be said of its routes and services. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyGatewayIT {

    private static final List<String> SERVICES =
            List.of("http_service", "rabbitmq_service", "postgres_service", "redis_service");
    private static final Pattern PREFIX =
            Pattern.compile("\"(?:path_separated_prefix|pathSeparatedPrefix|prefix)\"\\s*:\\s*\"(/[^\"]*)\"");
    private static final Duration ENVOYS_CHANGE = Duration.ofSeconds(20);

    private final Map<String, TestingEcho> services = new HashMap<>();
    private final int port = FreePorts.one();

    private Path folder;
    private TestingServer server;
    private TestingEnvoy envoy;

    @BeforeAll
    void start(@TempDir Path parent) throws IOException, InterruptedException {
        folder = parent;
        String yaml =
                TestingDocuments.replaced(TestingDocuments.example("gateway.yaml"), "port: 9080", "port: " + port);
        for (String name : SERVICES) {
            TestingEcho service = TestingEcho.start(name);
            services.put(name, service);
            // One by name, the others by address: all are asked of DNS.
            String hosts = name.equals("redis_service")
                    ? "family: v4, hosts: \"" + service.endpoint().replace("127.0.0.1", "localhost") + '"'
                    : "hosts: \"" + service.endpoint() + '"';
            yaml = TestingDocuments.replaced(yaml, "hosts: \"" + name + ":9080\"", hosts);
        }
        server = TestingServer.start(folder.resolve("data"));
        server.apply(TestingDocuments.list(yaml));
        envoy = TestingEnvoy.startDynamic(
                folder, server.xdsPort(), new NodeName("gateway-1", "gateway"), "gateway", "");
    }

    @AfterAll
    void stop() {
        envoy.close();
        server.close();
        services.values().forEach(TestingEcho::close);
    }

    @Test
    void routesAreServedWithTheLongestPrefixFirst() throws IOException, InterruptedException {
        String table = server.get("/v1/nodes/gateway-1/resources/rds").body();
        List<String> prefixes = PREFIX.matcher(table.substring(table.indexOf("ingress_http") + 1))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(prefixes)
                .containsSubsequence("/foo/bar/baz", "/foo/bar", "/foo", "/")
                .containsSubsequence("/rabbitmq", "/redis", "/")
                .containsSubsequence("/postgres", "/redis", "/");
    }

    @ParameterizedTest
    @CsvSource({
        "/foo/bar/baz, http_service, /get, A_VALUE",
        "/foo/bar, http_service, /get,",
        "/foo/bar/x, http_service, /get/x,",
        "/foo, http_service, /get,",
        "/foobar, http_service, /foobar,",
        "/, http_service, /,",
        "/rabbitmq, rabbitmq_service, /,",
        "/rabbitmq/, rabbitmq_service, /,",
        "/rabbitmq/publish, rabbitmq_service, /publish,",
        "/rabbitmq/publish?to=test, rabbitmq_service, /publish?to=test,",
        "/rabbitmqx, http_service, /rabbitmqx,",
        "/postgres, postgres_service, /,",
        "/redis, redis_service, /,",
        "/redis/x, redis_service, /x,"
    })
    void aRequestGoesWhereItsLongestPrefixSays(String path, String service, String received, String header)
            throws IOException {
        JsonNode request = TestingEcho.read(PlainHttp.get(port, path).body()).orElseThrow();

        assertThat(request.get("name").stringValue()).isEqualTo(service);
        assertThat(request.get("path").stringValue()).isEqualTo(received);
        assertThat(request.get("headers").has("this_is")).isEqualTo(header != null);
        if (header != null) {
            assertThat(request.get("headers").get("this_is").stringValue()).isEqualTo(header);
        }
    }

    @Test
    void whatRegistersAppearsInTheGatewaysClusterAndWhatLeavesIsGone() throws IOException, InterruptedException {
        TestingEcho first = Objects.requireNonNull(services.get("http_service"));
        TestingEcho second = Objects.requireNonNull(services.get("postgres_service"));
        register("PUT", "discovered", first.endpoint(), 201);
        int other = listen("discovery", "[{prefix: /, service: discovered}]");
        assertThat(answering(other)).containsExactly("http_service");

        register("PUT", "discovered", second.endpoint(), 201);
        await("the second to be asked")
                .atMost(Duration.ofSeconds(1))
                .until(() -> answering(other).equals(Set.of("http_service", "postgres_service")));

        register("DELETE", "discovered", first.endpoint(), 200);
        await("the first to be left alone")
                .atMost(Duration.ofSeconds(1))
                .until(() -> answering(other).equals(Set.of("postgres_service")));
    }

    private void register(String method, String service, String endpoint, int status)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = server.send(method, "/v1/services/" + service + "/endpoints/" + endpoint, "{}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    private static Set<String> answering(int other) throws IOException {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            names.add(TestingEcho.read(PlainHttp.get(other, "/").body())
                    .map(body -> body.get("name").stringValue())
                    .orElse("nobody"));
        }
        return names;
    }

    @Test
    void retriesHideAFailureAndTimeoutsEndAWait() throws IOException, InterruptedException {
        try (TestingEcho flaky = TestingEcho.start("flaky")) {
            declare("""
                    {kind: Service, name: flaky, spec: {endpoints: "%s"}}
                    """.formatted(flaky.endpoint()));
            int other = listen("policies", """
                    [{prefix: /once, service: flaky},
                     {prefix: /retried, service: flaky, retries: {on: ["5xx"], attempts: 2, perTryTimeout: 5s}},
                     {prefix: /brief, service: flaky, timeout: 200ms}]""");

            flaky.fail(1);
            assertThat(PlainHttp.get(other, "/once").status()).isEqualTo(503);
            assertThat(flaky.requests()).isEqualTo(1);

            flaky.fail(2);
            assertThat(PlainHttp.get(other, "/retried").status()).isEqualTo(200);
            assertThat(flaky.requests()).isEqualTo(4);

            flaky.delay(Duration.ofSeconds(1));
            assertThat(PlainHttp.get(other, "/brief").status()).isEqualTo(504);
            assertThat(PlainHttp.get(other, "/once").status()).isEqualTo(200);
            assertServed("rds", "num_retries", "retry_on", "per_try_timeout", "0.200s");
        }
    }

    @Test
    void anEndpointThatFailsIsLeftOutForAWhile() throws IOException, InterruptedException {
        try (TestingEcho good = TestingEcho.start("good");
                TestingEcho bad = TestingEcho.start("bad")) {
            bad.fail(1_000_000);
            declare("""
                    kind: Service
                    name: half
                    spec:
                      endpoints: ["%s", "%s"]
                      lbPolicy: least-request
                      outlierDetection: {consecutive5xx: 2, baseEjectionTime: 60s, maxEjectionPercent: 50}
                    """.formatted(good.endpoint(), bad.endpoint()));
            int other = listen("outliers", "[{prefix: /, service: half}]");

            await("the ejection").atMost(ENVOYS_CHANGE).until(() -> {
                PlainHttp.get(other, "/");
                return envoy.stat("cluster.half.outlier_detection.ejections_active") == 1;
            });
            for (int i = 0; i < 20; i++) {
                assertThat(PlainHttp.get(other, "/").status()).isEqualTo(200);
            }
            assertServed("cds", "outlier_detection", "consecutive_5xx", "LEAST_REQUEST");
        }
    }

    @Test
    void whatIsTooMuchForACircuitBreakerIsRefusedAtOnce() throws Exception {
        try (TestingEcho slow = TestingEcho.start("slow");
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            declare("""
                    kind: Service
                    name: narrow
                    spec:
                      endpoints: "%s"
                      circuitBreakers: {defaults: {maxConnections: 1, maxPendingRequests: 1}, high: {maxConnections: 50}}
                    """.formatted(slow.endpoint()));
            int other = listen("breakers", """
                    [{prefix: /, service: narrow}, {prefix: /important, service: narrow, priority: high}]""");
            slow.delay(Duration.ofMillis(500));

            assertThat(statuses(clients, other, "/")).contains(200, 503);
            assertThat(envoy.stat("cluster.narrow.upstream_rq_pending_overflow"))
                    .isPositive();
            assertThat(statuses(clients, other, "/important")).containsOnly(200);
            assertServed("cds", "circuit_breakers", "max_pending_requests", "HIGH");
        }
    }

    private static List<Integer> statuses(ExecutorService clients, int other, String path) throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(clients.submit(() -> PlainHttp.get(other, path).status()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get());
        }
        return statuses;
    }

    @Test
    void requestsThatAreAlikeGoToTheSameEndpoint() throws IOException, InterruptedException {
        declare("""
                {kind: Service, name: ring, spec: {lbPolicy: ring-hash, endpoints: ["%s", "%s"]}}
                """.formatted(
                        Objects.requireNonNull(services.get("http_service")).endpoint(),
                        Objects.requireNonNull(services.get("postgres_service")).endpoint()));
        int other = listen("hashed", """
                [{prefix: /, service: ring,
                  hashPolicy: [{header: x-customer, terminal: true}, {cookie: {name: cart, ttl: 1h, path: /}}]}]""");

        Set<String> chosen = new HashSet<>();
        for (int customer = 0; customer < 40; customer++) {
            Set<String> endpoints = answering(other, "x-customer: " + customer);
            assertThat(endpoints).as("customer " + customer).hasSize(1);
            chosen.addAll(endpoints);
        }
        assertThat(chosen).containsExactlyInAnyOrder("http_service", "postgres_service");

        Answer first = PlainHttp.get(other, "/");
        String cookie = first.header("set-cookie").orElseThrow();
        assertThat(cookie).startsWith("cart=").contains("Max-Age=3600", "Path=/");
        assertThat(answering(other, "Cookie: " + cookie.substring(0, cookie.indexOf(';'))))
                .containsExactly(
                        TestingEcho.read(first.body()).orElseThrow().get("name").stringValue());
        assertServed("rds", "hash_policy");
    }

    private static Set<String> answering(int other, String header) throws IOException {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            Answer answer = PlainHttp.send(other, "GET", "/", "Host: localhost", header);
            names.add(TestingEcho.read(answer.body()).orElseThrow().get("name").stringValue());
        }
        return names;
    }

    /** Through the gateway a second time, which says how it was spoken to. */
    @Test
    void endpointsCanBeSpokenToInHttp2() throws IOException, InterruptedException {
        declare("""
                {kind: Service, name: again, spec: {protocol: http2, endpoints: "127.0.0.1:%d"}}
                """.formatted(port));
        int other = listen("to_http2", "[{prefix: /, service: again}]");
        long before = envoy.stat("http.ingress_http.downstream_cx_http2_total");

        Answer answer = PlainHttp.get(other, "/foo");

        assertThat(TestingEcho.read(answer.body()).orElseThrow().get("path").stringValue())
                .isEqualTo("/get");
        assertThat(envoy.stat("http.ingress_http.downstream_cx_http2_total")).isEqualTo(before + 1);
        assertServed("cds", "http2_protocol_options");
    }

    /** Envoy writes its buffer to the file every 10 s. */
    @Test
    void requestsAreWrittenToTheAccessLog() throws IOException, InterruptedException {
        Path log = folder.resolve("access.log");
        int other = FreePorts.one();
        declare("""
                kind: Listener
                name: logged
                nodes: {cluster: gateway}
                spec:
                  port: %d
                  routes: [{prefix: /, service: http_service}]
                  accessLogs: {file: "%s", json: {path: "%%REQ(:PATH)%%", status: "%%RESPONSE_CODE%%"}}
                """.formatted(other, log));
        awaitListener("logged");

        PlainHttp.get(other, "/seen");

        await("the line")
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(log) && !Files.readString(log).isBlank());
        assertThat(Files.readString(log)).contains("\"path\":\"/seen\"", "\"status\":200");
        assertServed("lds", "access_log", "%RESPONSE_CODE%");
    }

    /** Opens a listener for the gateway on a free port. */
    private int listen(String name, String routes) throws IOException, InterruptedException {
        int other = FreePorts.one();
        declare("""
                kind: Listener
                name: %s
                nodes: {cluster: gateway}
                spec:
                  port: %d
                  routes: %s
                """.formatted(name, other, routes.replace("\n", " ")));
        awaitListener(name);
        return other;
    }

    private void awaitListener(String name) {
        await("the listener " + name)
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.listeners().contains(name));
    }

    private void declare(String yaml) throws IOException, InterruptedException {
        server.apply(TestingDocuments.list(yaml));
    }

    /** What the node has accepted of a type has these, in either spelling of protobuf's JSON. */
    private void assertServed(String type, String... parts) throws IOException, InterruptedException {
        String resources = server.get("/v1/nodes/gateway-1/resources/" + type).body();
        for (String part : parts) {
            String camel = Pattern.compile("_([a-z0-9])")
                    .matcher(part)
                    .replaceAll((MatchResult found) -> found.group(1).toUpperCase(Locale.ROOT));
            assertThat(resources.contains(part) || resources.contains(camel))
                    .as("%s in %s", part, resources)
                    .isTrue();
        }
    }
}
