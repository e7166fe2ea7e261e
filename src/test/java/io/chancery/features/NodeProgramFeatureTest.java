package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What program a node runs, and what only some versions of it can do. */
class NodeProgramFeatureTest {

    private static final String RDS = ResourceType.ROUTE.typeUrl();
    private static final String POLICY = "/v1/manifests/ShuffleShard/orders";
    private static final String LISTENER = "/v1/manifests/Listener/edge";
    private static final String ROUTES = """
            {"spec": {"port": 8090, "routes": [{"prefix": "/", "service": "orders"}]}}""";
    private static final String BY_HASH = """
            {"spec": {"customer": {"header": "x-customer-id"}, "size": 2, "shards": 64, "mechanism": "weighted-clusters"}}""";

    private static TestingApplication app;

    private final Map<String, TestingNode> nodes = new TreeMap<>();

    @BeforeAll
    static void start() {
        app = TestingApplication.start();
        for (int i = 1; i <= 8; i++) {
            app.register("orders", "10.0.0." + i + ":80");
        }
        app.put(LISTENER, ROUTES);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void clear() {
        nodes.values().forEach(TestingNode::close);
        app.send("DELETE", POLICY, "");
        app.put(LISTENER, ROUTES);
        await("the nodes to have left")
                .until(() -> app.get("/v1/nodes?state=connected").get("nodes").isEmpty());
    }

    private void connect(Node.Builder node) {
        nodes.put(node.getId(), TestingNode.connect(app.channel(), node.build()).ask(RDS, "edge"));
    }

    private static Node.Builder envoy(String id, int minor) {
        return Node.newBuilder()
                .setId(id)
                .setUserAgentName("envoy")
                .setUserAgentBuildVersion(BuildVersion.newBuilder()
                        .setVersion(SemanticVersion.newBuilder()
                                .setMajorNumber(1)
                                .setMinorNumber(minor)
                                .setPatch(2)));
    }

    private TestingNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private List<Route> routes(String node) {
        return routes(node(node).has(RDS).values().iterator().next());
    }

    private static List<Route> routes(Any table) {
        return TestingNode.read(table, RouteConfiguration.class)
                .getVirtualHosts(0)
                .getRoutesList();
    }

    private boolean choosesByHash(String node) {
        return choosesByHash(routes(node));
    }

    private static boolean choosesByHash(List<Route> routes) {
        return routes.stream()
                .anyMatch(route -> route.getRoute()
                        .getWeightedClusters()
                        .getUseHashPolicy()
                        .getValue());
    }

    private boolean hasTheFilter(String node) {
        return routes(node).stream().anyMatch(route -> route.getTypedPerFilterConfigCount() > 0);
    }

    private void awaitRoutes() {
        await("the routes")
                .until(() ->
                        nodes.values().stream().allMatch(node -> node.has(RDS).containsKey("edge")));
    }

    @Test
    void theFleetShowsWhatNodesRun() {
        connect(envoy("edge-1", 40));
        connect(Node.newBuilder().setId("shop-1").setUserAgentName("gRPC Java").setUserAgentVersion("1.80.0"));
        connect(Node.newBuilder().setId("bare-1"));
        connect(Node.newBuilder().setId("long-1").setUserAgentName("e".repeat(10_000)));
        awaitRoutes();

        assertThat(app.get("/v1/nodes/edge-1").get("program").stringValue()).isEqualTo("envoy 1.40.2");
        assertThat(app.get("/v1/nodes/shop-1").get("program").stringValue()).isEqualTo("gRPC Java 1.80.0");
        assertThat(app.get("/v1/nodes/bare-1").has("program")).isFalse();
        assertThat(app.get("/v1/nodes/long-1").get("program").stringValue()).hasSizeLessThan(300);
        assertThat(app.get("/v1/nodes?state=connected").get("nodes").values())
                .extracting(node -> node.path("program").asString("-"))
                .startsWith("-", "envoy 1.40.2");
        node("edge-1").close();
        await("the node to leave")
                .until(() ->
                        app.get("/v1/nodes/edge-1").get("state").stringValue().equals("left"));
        assertThat(app.get("/v1/nodes/edge-1").get("program").stringValue()).isEqualTo("envoy 1.40.2");
    }

    @Test
    void onlyEnvoysThatChooseClustersByAHashAreToDoSo() {
        app.put(POLICY, BY_HASH);
        connect(envoy("older", 35));
        connect(envoy("first", 36));
        connect(envoy("newer", 41));
        connect(Node.newBuilder().setId("silent"));
        awaitRoutes();

        assertThat(nodes.keySet().stream().collect(Collectors.toMap(name -> name, this::choosesByHash)))
                .isEqualTo(Map.of("older", false, "first", true, "newer", true, "silent", false));
        assertThat(nodes.keySet()).allMatch(this::hasTheFilter);
    }

    @Test
    void anEnvoyThatIsReplacedByANewerOneIsToldAnew() {
        app.put(POLICY, BY_HASH);
        connect(envoy("edge", 35));
        awaitRoutes();
        assertThat(choosesByHash("edge")).isFalse();

        node("edge").close();
        connect(envoy("edge", 36));

        awaitRoutes();
        assertThat(choosesByHash("edge")).isTrue();
    }

    @Test
    void whatAnOlderEnvoyRefusesIsNotReplacedByWhatItWouldGetWrong() {
        app.put(POLICY, BY_HASH);
        connect(envoy("older", 35));
        connect(envoy("newer", 36));
        awaitRoutes();
        List<Route> before = routes("older");
        node("older").refusing(any -> isNew(any) && !choosesByHash(routes(any)), "edge: no such thing");

        app.put(LISTENER + "?wait=acked", """
                {"spec": {"port": 8090, "routes": [{"prefix": "/new", "service": "orders"}, {"prefix": "/", "service": "orders"}]}}""");

        JsonNode held = await("the refusal")
                .until(() -> app.get("/v1/quarantine").get("quarantine"), found -> !found.isEmpty())
                .get(0);
        assertThat(held.get("state").stringValue()).isEqualTo("held");
        assertThat(held.has("instead")).isTrue();
        connect(envoy("late", 30));
        awaitRoutes();
        assertThat(routes("late")).isEqualTo(before);
        assertThat(routes("older")).isEqualTo(before);
        assertThat(choosesByHash("newer")).isTrue();
        assertThat(routes("newer")).hasSizeGreaterThan(before.size() + 1);
    }

    private static boolean isNew(Any any) {
        return any.getTypeUrl().equals(RDS)
                && routes(any).stream()
                        .anyMatch(route -> route.getMatch().getPrefix().equals("/new")
                                || route.getMatch().getPathSeparatedPrefix().equals("/new"));
    }

    @Test
    void whatAChangeWouldComeToWithNobodyThereIsSaidOfBoth() {
        JsonNode groups = app.put(POLICY + "?dryRun=true", BY_HASH).get("groups");

        assertThat(groups.values())
                .allMatch(group -> group.get("connected").intValue() == 0)
                .map(group -> group.get("selectors") + " "
                        + group.get("changed").toString().contains("use_hash_policy"))
                .containsExactlyInAnyOrder("[] false", "[{\"envoySince\":\"1.36\"}] true");
    }

    @Test
    void whereTheFilterDoesAllInAnyCaseNodesAreNotToldApart() {
        connect(envoy("older", 35));
        connect(envoy("newer", 36));
        awaitRoutes();

        JsonNode groups = app.put(
                        POLICY + "?dryRun=true",
                        BY_HASH.replace("\"size\": 2", "\"size\": 2, \"customers\": {\"a\": {\"size\": 3}}"))
                .get("groups");

        assertThat(groups.values())
                .map(group -> group.get("nodes").toString())
                .containsExactly("[\"newer\",\"older\"]");
    }

    @Test
    void whatAChangeWouldComeToIsSaidOfBoth() {
        connect(envoy("older", 35));
        connect(envoy("newer", 36));
        awaitRoutes();

        JsonNode groups = app.put(POLICY + "?dryRun=true", BY_HASH).get("groups");

        Map<String, String> diffs = new TreeMap<>();
        groups.values()
                .forEach(group -> diffs.put(
                        group.get("nodes").toString() + group.get("selectors"),
                        group.get("changed").toString()));
        assertThat(diffs.keySet()).containsExactly("[\"newer\"][{\"envoySince\":\"1.36\"}]", "[\"older\"][]");
        assertThat(diffs.values()).map(diff -> diff.contains("use_hash_policy")).containsExactly(true, false);
    }

    @Test
    void aChangeThatGoesToSomeNodesFirstIsMadeInTheWayOfEach() {
        app.put(POLICY, BY_HASH);
        List<String> names = new ArrayList<>();
        IntStream.range(0, 12).forEach(i -> {
            connect(envoy("older-" + i, 30));
            connect(envoy("newer-" + i, 40));
        });
        awaitRoutes();

        app.send("POST", "/v1/shuffle-shards/orders/rollout?wait=acked", """
                {"to": {"size": 3}, "by": "nodes", "steps": [{"percent": 50}]}""");
        app.get("/v1/shuffle-shards/orders/rollout")
                .get("nodes")
                .get("names")
                .values()
                .forEach(name -> names.add(name.stringValue()));

        assertThat(names).hasSizeBetween(2, 22);
        await("the change")
                .untilAsserted(() -> assertThat(nodes.keySet().stream().filter(node -> size(node) == 3))
                        .containsExactlyInAnyOrderElementsOf(names));
        nodes.keySet()
                .forEach(node -> assertThat(routes(node).toString().contains("3/8"))
                        .as(node)
                        .isEqualTo(choosesByHash(node) && names.contains(node)));
        nodes.keySet().forEach(node -> assertThat(choosesByHash(node)).as(node).isEqualTo(node.startsWith("newer")));
    }

    /** Of the shards that the filter knows; the route for what is left has it in either way. */
    private double size(String node) {
        try {
            return routes(node)
                    .getLast()
                    .getTypedPerFilterConfigMap()
                    .values()
                    .iterator()
                    .next()
                    .unpack(LuaPerRoute.class)
                    .getFilterContext()
                    .getFieldsOrThrow("size")
                    .getNumberValue();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
