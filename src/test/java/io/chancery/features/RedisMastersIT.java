package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import io.chancery.model.ResourceType;
import io.chancery.testing.FreePorts;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingCertificate;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingNode;
import io.chancery.testing.TestingRedis;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What Chancery finds out about real Redis nodes, what it says of them, and what an xDS client is told. */
@Tag("redis")
class RedisMastersIT {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String EDS = ResourceType.ENDPOINT.typeUrl();
    private static final String LDS = ResourceType.LISTENER.typeUrl();

    /** As long as the interval between two questions and a second. */
    private static final Duration UNTIL_SEEN = Duration.ofSeconds(2);

    private static final Duration UNTIL_STARTED = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private TestingApplication application = TestingApplication.start();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
        application.close();
    }

    private TestingRedis redis(int nodes) throws IOException {
        TestingRedis redis = TestingRedis.start(nodes);
        parts.add(redis);
        return redis;
    }

    private TestingNode node(String id) {
        TestingNode node = application.node(id).ask(CDS).ask(EDS, "orders-master", "orders-replicas");
        parts.add(node);
        return node;
    }

    private static String spec(List<Integer> ports, String more) {
        return "{\"kind\": \"RedisMaster\", \"name\": \"orders\", \"spec\": {\"nodes\": "
                + ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(", ", "[", "]"))
                + more + "}}";
    }

    private void apply(String... documents) {
        HttpResponse<String> answer = application.send("POST", "/v1/apply", TestingManifests.list(documents));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private JsonNode state() {
        return application.get("/v1/redis/orders");
    }

    private String masterAndState() {
        JsonNode state = state();
        return state.path("master").asString("none").replace("127.0.0.1:", "")
                + ' '
                + state.path("state").asString("");
    }

    private void awaitState(String expected, Duration time) {
        await(expected)
                .atMost(time)
                .pollInterval(OFTEN)
                .untilAsserted(
                        () -> assertThat(masterAndState()).as("%s", state()).isEqualTo(expected));
    }

    private Map<String, String> roles() {
        Map<String, String> roles = new TreeMap<>();
        state().path("nodes")
                .forEach(node -> roles.put(
                        node.path("node").asString("").replace("127.0.0.1:", ""),
                        node.path("role").asString("")));
        return roles;
    }

    private static <M extends Message> M resource(TestingNode node, String type, String name, Class<M> kind) {
        return TestingNode.read(Objects.requireNonNull(node.has(type).get(name)), kind);
    }

    /** The ports that an assignment has for new connections. */
    private static List<Integer> ports(TestingNode node, String service) {
        return node.has(EDS).containsKey(service)
                ? resource(node, EDS, service, ClusterLoadAssignment.class).getEndpointsList().stream()
                        .flatMap(group -> group.getLbEndpointsList().stream())
                        .filter(endpoint -> endpoint.getHealthStatus().getNumber() == 0)
                        .map(RedisMastersIT::port)
                        .toList()
                : List.of();
    }

    private static int port(LbEndpoint endpoint) {
        return endpoint.getEndpoint().getAddress().getSocketAddress().getPortValue();
    }

    private static void awaitPorts(TestingNode node, String service, Integer... ports) {
        await(service)
                .atMost(UNTIL_SEEN)
                .pollInterval(OFTEN)
                .untilAsserted(() -> assertThat(ports(node, service)).containsExactlyInAnyOrder(ports));
    }

    private String scrape() {
        return application.send("GET", "/actuator/prometheus", "").body();
    }

    private static String gauge(String address, int value) {
        return "master{address=\"" + address + "\",service=\"redis\"} " + value + ".0";
    }

    @Test
    void nodesAreToldOfTheMasterAndOfTheNextOneOnTheSameStream() throws Exception {
        TestingRedis redis = redis(3);
        int first = redis.master();
        List<Integer> others =
                redis.ports().stream().filter(port -> port != first).toList();
        TestingNode early = node("edge-1");

        apply(spec(redis.ports(), ""));

        awaitPorts(early, "orders-master", first);
        awaitPorts(early, "orders-replicas", redis.ports().toArray(Integer[]::new));
        assertThat(roles())
                .containsEntry(Integer.toString(first), "master")
                .containsEntry(Integer.toString(others.getFirst()), "replica");
        Cluster cluster = resource(early, CDS, "orders-master", Cluster.class);
        assertThat(cluster.getCloseConnectionsOnHostHealthFailure()).isTrue();
        assertThat(cluster.getIgnoreHealthOnHostRemoval()).isFalse();

        awaitPorts(node("edge-2"), "orders-master", first);
        redis.command(others.getFirst(), "REPLICAOF NO ONE");
        redis.command(first, "REPLICAOF 127.0.0.1 " + others.getFirst());
        awaitPorts(early, "orders-master", others.getFirst());
        assertThat(state().path("lastSwitch").path("from").asString("")).isEqualTo("127.0.0.1:" + first);
    }

    @Test
    void anUnchangedMasterIsNoNews() throws Exception {
        TestingRedis redis = redis(2);
        TestingNode node = node("edge-1");
        apply(spec(redis.ports(), ", \"interval\": \"100ms\""));
        awaitPorts(node, "orders-master", redis.master());
        awaitPorts(node, "orders-replicas", redis.ports().toArray(Integer[]::new));
        long clusters = node.received(CDS);
        long assignments = node.received(EDS);
        double asked = asked();

        await("20 rounds").atMost(Duration.ofSeconds(20)).until(() -> asked() > asked + 40);

        assertThat(node.received(CDS)).isEqualTo(clusters);
        assertThat(node.received(EDS)).isEqualTo(assignments);
    }

    private double asked() {
        return scrape().lines()
                .filter(line -> line.startsWith("chancery_redis_probes_seconds_count"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void twoMastersAreASplitBrainAndNoneIsSaidAndBothEndByThemselves() throws Exception {
        TestingRedis redis = redis(2);
        int first = redis.master();
        int second = redis.other(first);
        TestingNode node = node("edge-1");
        apply(spec(redis.ports(), ", \"interval\": \"200ms\""));
        awaitState(first + " sound", UNTIL_STARTED);

        redis.command(second, "REPLICAOF NO ONE");
        awaitState(first + " split-brain", UNTIL_SEEN);
        assertThat(ports(node, "orders-master")).containsExactly(first);
        assertThat(scrape()).contains("chancery_redis_masters{state=\"split-brain\"} 1.0");

        redis.command(second, "REPLICAOF 127.0.0.1 " + first);
        awaitState(first + " sound", UNTIL_SEEN);

        assertThat(scrape())
                .contains(gauge("127.0.0.1:" + first, 1), gauge("127.0.0.1:" + second, 0))
                .contains("# HELP master ", "# TYPE master gauge");
        redis.kill(first);
        awaitState(first + " no-master", UNTIL_SEEN);
        assertThat(ports(node, "orders-master")).containsExactly(first);
        assertThat(scrape()).contains(gauge("127.0.0.1:" + first, 0), gauge("127.0.0.1:" + second, 0));

        redis.startNode(first);
        awaitState(first + " sound", UNTIL_SEEN);
        assertThat(scrape()).contains(gauge("127.0.0.1:" + first, 1), gauge("127.0.0.1:" + second, 0));
    }

    @Test
    void aNodeThatNeverAnswersKeepsNobodyFromBeingHeard() throws Exception {
        TestingRedis redis = redis(2);
        int first = redis.master();
        int second = redis.other(first);
        ServerSocket deaf = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        parts.add(deaf);
        ServerSocket full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        parts.add(full);
        // Once its queue is full the kernel drops what else wants to connect.
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket();
            parts.add(socket);
            Thread.ofVirtual().start(() -> {
                try {
                    socket.connect(full.getLocalSocketAddress());
                } catch (IOException _) {
                    // It is closed at the end.
                }
            });
        }
        TestingNode node = node("edge-1");
        apply(spec(List.of(deaf.getLocalPort(), first, full.getLocalPort(), second), ""));
        awaitState(first + " sound", UNTIL_STARTED);
        assertThat(roles())
                .containsEntry(Integer.toString(deaf.getLocalPort()), "unreachable")
                .containsEntry(Integer.toString(full.getLocalPort()), "unreachable");

        redis.command(second, "REPLICAOF NO ONE");
        redis.command(first, "REPLICAOF 127.0.0.1 " + second);

        awaitPorts(node, "orders-master", second);
    }

    @Test
    void anAnswerIsUsedAsSoonAsItIsComplete() throws Exception {
        TestingRedis redis = redis(2);
        apply(spec(redis.ports(), ", \"interval\": \"100ms\""));
        awaitState(redis.master() + " sound", UNTIL_STARTED);

        await("some rounds").atMost(UNTIL_STARTED).until(() -> asked() > 20);

        assertThat(meanSeconds("replica")).isLessThan(0.1);
        assertThat(meanSeconds("master")).isLessThan(0.1);
    }

    private double meanSeconds(String outcome) {
        return value("chancery_redis_probes_seconds_sum{outcome=\"" + outcome + "\"}")
                / value("chancery_redis_probes_seconds_count{outcome=\"" + outcome + "\"}");
    }

    private double value(String series) {
        return scrape().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    @Test
    void nodesThatWantAPasswordAreAskedWithItAndNobodyIsShownIt() throws Exception {
        String password = "a-password-to-look-for";
        TestingRedis redis = TestingRedis.startWithPassword(2, password);
        parts.add(redis);
        int first = redis.master();

        apply(spec(redis.ports(), ""));
        await("no way in").atMost(UNTIL_STARTED).until(() -> !roles().containsValue("unknown"));
        assertThat(roles().values()).containsOnly("authentication-failed");
        assertThat(masterAndState()).isEqualTo("none no-master");

        apply(secret("redis", "not " + password), spec(redis.ports(), ", \"password\": \"redis\""));
        await("the wrong password").atMost(UNTIL_STARTED).until(() -> !roles().containsValue("unknown"));
        assertThat(roles().values()).containsOnly("authentication-failed");

        apply(secret("redis", password));
        awaitState(first + " sound", UNTIL_STARTED);

        redis.command(first, "ACL SETUSER chancery on >" + password + "2 +role +client|kill");
        redis.command(redis.other(first), "ACL SETUSER chancery on >" + password + "2 +info");
        apply(
                secret("redis", password + "2"),
                spec(redis.ports(), ", \"user\": \"chancery\", \"password\": \"redis\""));
        awaitState(first + " sound", UNTIL_STARTED);
        await("both roles").atMost(UNTIL_SEEN).until(() -> roles().containsValue("replica"));
        redis.command(first, "ACL SETUSER chancery -role");
        await("the right that was taken")
                .atMost(UNTIL_SEEN)
                .until(() -> roles().containsValue("authentication-failed"));

        for (String path : List.of(
                "/v1/redis/orders",
                "/v1/manifests/Secret/redis",
                "/v1/manifests/RedisMaster/orders",
                "/v1/history",
                "/actuator/prometheus")) {
            assertThat(application.send("GET", path, "").body()).as(path).doesNotContain(password);
        }
        TestingNode node = node("edge-1");
        node.ask(ResourceType.SECRET.typeUrl(), "redis");
        await("the clusters").atMost(UNTIL_SEEN).until(() -> node.has(CDS).size() == 2);
        assertThat(node.has(CDS).toString()).doesNotContain(password);
        assertThat(node.has(ResourceType.SECRET.typeUrl())).isEmpty();
    }

    private static String secret(String name, String password) {
        return "{\"kind\": \"Secret\", \"name\": \"" + name + "\", \"spec\": {\"password\": \"" + password + "\"}}";
    }

    @Test
    void nodesBehindTlsAreAskedWhereTheirCertificateIsTrusted() throws Exception {
        TestingCertificate certificate = TestingCertificate.of("redis.example");
        Path chain = Files.writeString(folder.resolve("chain.pem"), certificate.chain());
        Path key = Files.writeString(folder.resolve("key.pem"), certificate.key());
        TestingRedis redis = redis(1);
        int plain = redis.ports().getFirst();
        int encrypted = FreePorts.one();
        redis.command(
                plain,
                "CONFIG SET tls-cert-file " + chain + " tls-key-file " + key + " tls-ca-cert-file " + chain
                        + " tls-auth-clients no tls-port " + encrypted);

        apply(
                certificate.trust("redis-ca"),
                spec(List.of(encrypted), ", \"tls\": {\"ca\": \"redis-ca\", \"sni\": \"redis.example\"}"));
        awaitState(encrypted + " sound", UNTIL_STARTED);

        apply(spec(List.of(encrypted), ", \"tls\": {\"ca\": \"redis-ca\", \"sni\": \"other.example\"}"));
        awaitRole(encrypted, "unreachable");
        apply(spec(List.of(encrypted), ", \"tls\": {\"ca\": \"redis-ca\"}"));
        awaitRole(encrypted, "master");
        apply(TestingCertificate.of("redis.example").trust("redis-ca"));
        awaitRole(encrypted, "unreachable");
        apply(spec(List.of(encrypted), ", \"tls\": {}"));
        awaitRole(encrypted, "master");
    }

    private void awaitRole(int port, String role) {
        await(role)
                .atMost(UNTIL_STARTED)
                .untilAsserted(() -> assertThat(roles()).as("%s", state()).containsEntry(Integer.toString(port), role));
    }

    @Test
    void theLastKnownMasterIsServedAfterARestartUntilAnotherOneIsFound() throws Exception {
        application.close();
        application = TestingApplication.start("--chancery.data=" + folder.resolve("data"));
        TestingRedis redis = redis(2);
        int first = redis.master();
        int second = redis.other(first);
        apply(spec(redis.ports(), ""));
        awaitState(first + " sound", UNTIL_STARTED);
        redis.command(second, "REPLICAOF NO ONE");
        redis.command(first, "REPLICAOF 127.0.0.1 " + second);
        awaitState(second + " sound", UNTIL_SEEN);
        application.close();
        redis.kill(second);
        redis.command(first, "REPLICAOF 127.0.0.1 " + second);

        application = TestingApplication.start("--chancery.data=" + folder.resolve("data"));

        assertThat(state().path("master").asString("")).isEqualTo("127.0.0.1:" + second);
        TestingNode node = node("edge-1");
        await("the last known master")
                .atMost(UNTIL_STARTED)
                .untilAsserted(() -> assertThat(ports(node, "orders-master"))
                        .as("%s %s", node.has(EDS), node.has(CDS).keySet())
                        .containsExactly(second));
        awaitState(second + " no-master", UNTIL_STARTED);
        assertThat(ports(node, "orders-master")).containsExactly(second);
        redis.command(first, "REPLICAOF NO ONE");
        awaitPorts(node, "orders-master", first);
    }

    @Test
    void namesThatAreAnnouncedAreWhatEnvoysGet() throws Exception {
        TestingRedis redis = redis(2);
        int first = redis.ports().getFirst();
        int second = redis.ports().getLast();
        TestingNode node = node("edge-1");
        apply(spec(redis.ports(), ", \"announce\": [\"redis-1\", \"redis-2:7000\"]"));

        String names = redis.master() == first ? "redis-1:" + first : "redis-2:7000";
        await("the name of the master")
                .atMost(UNTIL_STARTED)
                .untilAsserted(() -> assertThat(names(node)).containsExactly(names));
        redis.command(second, "REPLICAOF NO ONE");
        redis.command(first, "REPLICAOF 127.0.0.1 " + second);
        await("the name of the next")
                .atMost(UNTIL_SEEN)
                .untilAsserted(() -> assertThat(names(node)).containsExactly("redis-2:7000"));
    }

    private static List<String> names(TestingNode node) {
        return node.has(CDS).containsKey("orders-master")
                ? resource(node, CDS, "orders-master", Cluster.class).getLoadAssignment().getEndpointsList().stream()
                        .flatMap(group -> group.getLbEndpointsList().stream())
                        .map(endpoint -> endpoint.getEndpoint()
                                        .getAddress()
                                        .getSocketAddress()
                                        .getAddress()
                                + ":" + port(endpoint))
                        .toList()
                : List.of();
    }

    @Test
    void metricsCanBeReadAtAnyMomentOfTwentyFailovers() throws Exception {
        TestingRedis redis = redis(2);
        int current = redis.master();
        apply(spec(redis.ports(), ", \"interval\": \"100ms\", \"closeClients\": false"));
        awaitState(current + " sound", UNTIL_STARTED);
        List<String> wrong = new ArrayList<>();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread reader = Thread.ofVirtual().start(() -> {
            while (!isOver.get()) {
                String text = scrape();
                long masters =
                        text.lines().filter(line -> line.startsWith("master{")).count();
                if (masters != 2 || !text.lines().allMatch(line -> line.startsWith("#") || line.matches(".+ \\S+"))) {
                    wrong.add(text);
                }
            }
        });
        for (int i = 0; i < 20; i++) {
            int next = redis.other(current);
            redis.command(next, "REPLICAOF NO ONE");
            redis.command(current, "REPLICAOF 127.0.0.1 " + next);
            awaitState(next + " sound", UNTIL_STARTED);
            current = next;
        }
        isOver.set(true);
        reader.join(TimeUnit.SECONDS.toMillis(10));

        assertThat(wrong).isEmpty();
        assertThat(scrape()).contains(gauge("127.0.0.1:" + current, 1), "chancery_redis_switches_total 20.0");
    }

    @Test
    void sentinelsThatAreGoneAreDoneWithout() throws Exception {
        TestingRedis redis = redis(2);
        int first = redis.master();
        int second = redis.other(first);
        List<Integer> sentinels = redis.startSentinels(3, first);
        apply(spec(
                redis.ports(),
                ", \"masterName\": \"mymaster\", \"sentinels\": "
                        + sentinels.stream()
                                .map(port -> "\"127.0.0.1:" + port + "\"")
                                .collect(Collectors.joining(", ", "[", "]"))));
        awaitState(first + " sound", UNTIL_STARTED);
        await("the Sentinels' word")
                .atMost(UNTIL_SEEN)
                .until(() -> state().path("sentinels").path(2).has("epoch"));

        redis.killSentinels();
        redis.command(second, "REPLICAOF NO ONE");
        redis.command(first, "REPLICAOF 127.0.0.1 " + second);

        awaitState(second + " sound", Duration.ofSeconds(3));
    }

    @Test
    void theListsOfTheEnvironmentAreReadUnderTheProfile() throws Exception {
        TestingRedis redis = redis(3);
        application.close();
        application = TestingApplication.start(
                "--spring.profiles.active=redis-demo",
                "--REDIS_HOST_PORT_LIST="
                        + redis.ports().stream()
                                .map(port -> "127.0.0.1:" + port)
                                .collect(Collectors.joining(",")),
                "--ENVOY_CLUSTERS_LIST=redis-master,redis-replica1,redis-replica2");
        TestingNode node = application.node("test-id").ask(CDS).ask(LDS);
        parts.add(node);

        await("the master's name")
                .atMost(UNTIL_STARTED)
                .until(() -> node.has(CDS).toString().contains("redis-"));
        Cluster cluster = resource(node, CDS, "redis_proxy_cluster", Cluster.class);
        assertThat(cluster.getType()).isEqualTo(Cluster.DiscoveryType.STRICT_DNS);
        assertThat(cluster.getConnectTimeout().getSeconds()).isEqualTo(5);
        assertThat(cluster.getLoadAssignment().getEndpoints(0).getLbEndpointsList())
                .hasSize(1);
        assertThat(node.has(LDS)).containsOnlyKeys("listener_0", "redis", "redis_listener");
        assertThat(application.get("/v1/redis/redis").path("nodes")).hasSize(3);
    }

    @Test
    void whatAMasterWasRegisteredAsGoesWithItsManifest() throws Exception {
        TestingRedis redis = redis(2);
        apply(spec(redis.ports(), ""));
        awaitState(redis.master() + " sound", UNTIL_STARTED);

        assertThat(application
                        .send("DELETE", "/v1/manifests/RedisMaster/orders", "")
                        .statusCode())
                .isEqualTo(200);

        await("nothing to be left")
                .atMost(UNTIL_SEEN)
                .until(() -> application
                                        .send("GET", "/v1/services/orders-master", "")
                                        .statusCode()
                                == 404
                        && application
                                        .send("GET", "/v1/services/orders-replicas", "")
                                        .statusCode()
                                == 404);
        assertThat(application.send("GET", "/v1/redis/orders", "").statusCode()).isEqualTo(404);
        assertThat(scrape()).doesNotContain("master{");
    }
}
