package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Value;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A change of shards that goes to some first, as operators and nodes see it. */
class ShardRolloutFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String LDS = ResourceType.LISTENER.typeUrl();
    private static final String RDS = ResourceType.ROUTE.typeUrl();
    private static final String EDS = ResourceType.ENDPOINT.typeUrl();
    private static final JsonMapper JSON = new JsonMapper();

    /** Ten minutes at 10 percent, an hour at 50, an hour at 100. */
    private static final String STEPS = """
            "steps": [{"percent": 10, "hold": "10m"}, {"percent": 50, "hold": "1h"}, {"percent": 100, "hold": "1h"}]""";

    private static final String TO_THREE = "{\"to\": {\"size\": 3}, " + STEPS + '}';

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Time TIME = new Time();

    @TempDir
    private static Path folder;

    private static TestingApplication app;

    private final String service = "orders-" + TESTS.incrementAndGet();
    private final String policy = "/v1/manifests/ShuffleShard/" + service;
    private final String rollout = "/v1/shuffle-shards/" + service + "/rollout";
    private final List<TestingNode> nodes = new ArrayList<>();

    /** The time of day, and what the test adds to it. */
    private static final class Time implements InstantSource {

        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        void pass(Duration more) {
            ahead = ahead.plus(more);
        }
    }

    @BeforeAll
    static void start() {
        app = TestingApplication.startAt(TIME, "--chancery.data=" + folder);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void declare() {
        for (int i = 1; i <= 8; i++) {
            app.register(service, "10.0.0." + i + ":80");
        }
        String customers = IntStream.range(0, 200)
                .mapToObj(i -> "\"customer-" + i + "\": {\"inClass\": \"known\"}")
                .collect(Collectors.joining(", "));
        app.put(policy, """
                {"spec": {"customer": {"header": "x-customer-id"}, "size": 2, "classes": {"known": 2}, "customers": {%s}}}
                """.formatted(customers));
    }

    @AfterEach
    void clear() {
        nodes.forEach(TestingNode::close);
        await("the nodes to have left")
                .until(() -> app.get("/v1/nodes?state=connected").get("nodes").isEmpty());
    }

    private TestingNode node(String name) {
        TestingNode node = app.node(service + '-' + name);
        nodes.add(node);
        return node;
    }

    /** A node that has the service's endpoints. */
    private TestingNode edge() {
        TestingNode node = node("edge").ask(CDS).ask(EDS, service);
        await("the endpoints to arrive").until(() -> node.has(EDS).containsKey(service));
        return node;
    }

    private HttpResponse<String> order(String method, String path, String body, String... headers) {
        return app.send(method, rollout + path, body, headers);
    }

    private void accepted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private JsonNode problem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private JsonNode rollout() {
        return app.get(rollout);
    }

    private JsonNode policy() {
        return app.get(policy);
    }

    private JsonNode awaitStep(int step) {
        return await("step " + step)
                .until(this::rollout, rollout -> rollout.path("step").asInt(-1) == step);
    }

    private JsonNode awaitHalt() {
        return await("the halt")
                .until(
                        this::rollout,
                        rollout -> rollout.path("state").asString("").equals("halted"));
    }

    @Test
    void aChangeGoesThroughItsStepsOverARestartAndEverybodyCanSeeIt() {
        accepted(order("POST", "", TO_THREE, "X-Author", "ada", "X-Reason", "more room"));

        JsonNode first = rollout();
        assertThat(first.get("state").stringValue()).isEqualTo("running");
        assertThat(first.get("percent").intValue()).isEqualTo(10);
        assertThat(Instant.parse(first.get("next").stringValue()))
                .isEqualTo(Instant.parse(first.get("since").stringValue()).plus(Duration.ofMinutes(10)));
        assertThat(first.get("customers").get("known").intValue()).isEqualTo(200);
        assertThat(first.get("customers").get("moved").intValue()).isBetween(5, 40);

        TIME.pass(Duration.ofMinutes(10));
        JsonNode second = awaitStep(1);
        assertThat(second.get("percent").intValue()).isEqualTo(50);
        assertThat(policy().get("author").stringValue()).isEqualTo("rollout");
        assertThat(second.get("customers").get("moved").intValue()).isBetween(60, 140);

        TIME.pass(Duration.ofMinutes(30));
        app.close();
        app = TestingApplication.startAt(TIME, "--chancery.data=" + folder);
        assertThat(rollout()).isEqualTo(second);

        TIME.pass(Duration.ofMinutes(30));
        assertThat(awaitStep(2).get("customers").get("share").doubleValue()).isEqualTo(1);
        TIME.pass(Duration.ofHours(1));
        await("the end").until(() -> rollout().path("status").asInt(0) == 404);
        assertThat(rollout().get("type").stringValue()).endsWith("unknown-rollout");
        assertThat(policy().get("spec").get("size").intValue()).isEqualTo(3);
        assertThat(policy().get("spec").has("rollout")).isFalse();

        List<String> reasons = app.get("/v1/history?kind=ShuffleShard&name=" + service).get("history").values().stream()
                .map(entry -> entry.path("reason").asString("") + " by "
                        + entry.get("author").stringValue())
                .toList();
        assertThat(reasons)
                .startsWith(
                        "complete by rollout",
                        "step 3 of 3: 100 % of customers by rollout",
                        "step 2 of 3: 50 % of customers by rollout",
                        "more room by ada");
    }

    @Test
    void operatorsPauseResumePromoteAndRollBack() {
        JsonNode before = policy().get("spec");
        accepted(order("POST", "", TO_THREE));

        accepted(order("POST", "/pause", ""));
        TIME.pass(Duration.ofDays(1));
        assertThat(rollout().get("state").stringValue()).isEqualTo("paused");
        assertThat(rollout().has("next")).isFalse();
        await("the beat of a second and more")
                .during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(5))
                .until(() -> rollout().get("step").intValue() == 0);

        accepted(order("POST", "/resume", ""));
        assertThat(rollout().get("state").stringValue()).isEqualTo("running");
        accepted(order("POST", "/promote", ""));
        assertThat(rollout().get("percent").intValue()).isEqualTo(50);

        accepted(order("DELETE", "", "", "X-Author", "bob"));
        assertThat(policy().get("spec")).isEqualTo(before);
        assertThat(policy().get("author").stringValue()).isEqualTo("bob");
        for (String path : List.of("/pause", "/resume", "/promote")) {
            assertThat(problem(order("POST", path, ""), 404).get("type").stringValue())
                    .endsWith("unknown-rollout");
        }
        assertThat(problem(order("DELETE", "", ""), 404).get("type").stringValue())
                .endsWith("unknown-rollout");
    }

    @Test
    void promotedThroughAllItsStepsItIsThePolicy() {
        accepted(order("POST", "", "{\"to\": {\"seed\": 7}, \"steps\": [{\"percent\": 1}, {\"percent\": 5}]}"));

        accepted(order("POST", "/promote", ""));
        assertThat(rollout().get("percent").intValue()).isEqualTo(5);
        accepted(order("POST", "/promote", ""));

        assertThat(policy().get("spec").get("seed").intValue()).isEqualTo(7);
        assertThat(rollout().get("status").intValue()).isEqualTo(404);
    }

    @Test
    void aNodeThatRefusesItHaltsItUntilSomebodyDecides() {
        TestingNode node = edge();
        accepted(order("POST", "", TO_THREE));
        await("the node to have it")
                .until(() -> rollout().get("nodes").get("having").intValue() == 1);

        node.refusing(_ -> true, "no such shard");
        app.register(service, "10.0.0.9:80");

        JsonNode halted = awaitHalt();
        assertThat(halted.get("reason").stringValue()).contains("-edge refused eds " + service + ": no such shard");
        assertThat(halted.has("next")).isFalse();
        assertThat(policy().get("author").stringValue()).isEqualTo("rollout");
        assertThat(problem(order("POST", "/promote", ""), 409).get("type").stringValue())
                .endsWith("rollout-halted");
        TIME.pass(Duration.ofDays(1));

        node.refusing(_ -> false, "");
        accepted(order("POST", "/resume", ""));
        TIME.pass(Duration.ofMinutes(10));
        assertThat(awaitStep(1).get("state").stringValue())
                .as("what was refused before counts no more")
                .isEqualTo("running");
    }

    /** A node that has a listener with a route to the service. */
    private TestingNode gateway() {
        app.put("/v1/manifests/Listener/" + service, """
                {"spec": {"port": %d, "routes": [{"service": "%s"}]}}
                """.formatted(20_000 + TESTS.get(), service));
        TestingNode node = node("gateway").ask(CDS).ask(LDS).ask(RDS, service);
        await("the routes to arrive").until(() -> node.has(RDS).containsKey(service));
        return node;
    }

    /** What routes tell the filter that chooses shards. */
    private Map<String, Value> context(Any routes) {
        try {
            VirtualHost host =
                    TestingNode.read(routes, RouteConfiguration.class).getVirtualHosts(0);
            return host.getRoutes(host.getRoutesCount() - 1)
                    .getTypedPerFilterConfigOrThrow("chancery.shuffle-shard")
                    .unpack(LuaPerRoute.class)
                    .getFilterContext()
                    .getFieldsMap();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private double field(Any routes, String name) {
        return context(routes).getOrDefault(name, Value.getDefaultInstance()).getNumberValue();
    }

    private Any routes(TestingNode node) {
        return Objects.requireNonNull(node.has(RDS).get(service));
    }

    private void awaitField(TestingNode node, String name, double value) {
        await(name + " to be " + value).until(() -> field(routes(node), name) == value);
    }

    @Test
    void eachStepReachesTheRoutesOfTheNodes() {
        TestingNode node = gateway();
        awaitField(node, "size", 2);
        awaitField(node, "share", 0);

        accepted(order("POST", "", TO_THREE));
        awaitField(node, "share", 1_000);
        awaitField(node, "next-size", 3);
        TIME.pass(Duration.ofMinutes(10));
        awaitField(node, "share", 5_000);
        accepted(order("DELETE", "", ""));
        awaitField(node, "share", 0);
        awaitField(node, "size", 2);

        accepted(order("POST", "", "{\"to\": {\"size\": 3}, \"steps\": {\"percent\": 1}}"));
        awaitField(node, "share", 100);
        accepted(order("POST", "/promote", ""));
        awaitField(node, "size", 3);
        awaitField(node, "share", 0);
    }

    @Test
    void aStepThatANodeRefusesIsTheLastUntilSomebodyDecides() {
        TestingNode node = gateway()
                .refusing(any -> any.is(RouteConfiguration.class) && field(any, "share") == 5_000, "half is too much");
        accepted(order("POST", "", TO_THREE));
        awaitField(node, "share", 1_000);

        TIME.pass(Duration.ofMinutes(10));

        JsonNode halted = awaitHalt();
        assertThat(halted.get("step").intValue()).isEqualTo(1);
        assertThat(halted.get("reason").stringValue())
                .contains("-gateway refused rds " + service + ": half is too much");
        assertThat(policy().get("author").stringValue()).isEqualTo("rollout");
        assertThat(field(routes(node), "share")).isEqualTo(1_000);
        TIME.pass(Duration.ofDays(1));

        accepted(order("DELETE", "", ""));
        awaitField(node, "share", 0);
    }

    @Test
    void refusalsOfOtherThingsDoNotHaltIt() {
        app.register("cart", "10.0.1.1:80");
        TestingNode node = edge().ask(EDS, "cart");
        await("the other endpoints to arrive").until(() -> node.has(EDS).size() == 2);
        accepted(order("POST", "", TO_THREE));
        await("the node to have it")
                .until(() -> rollout().get("nodes").get("having").intValue() == 1);

        node.refusing(_ -> true, "no");
        app.register("cart", "10.0.1.2:80");
        await("the refusal")
                .until(() -> app.get("/v1/nodes/" + service + "-edge")
                        .get("state")
                        .stringValue()
                        .equals("refusing"));
        node.refusing(_ -> false, "");
        TIME.pass(Duration.ofMinutes(10));

        assertThat(awaitStep(1).get("refusals").intValue()).isZero();
    }

    @Test
    void aNodeThatDoesNotAnswerHaltsItWhereThatIsAskedFor() {
        TestingNode node = edge();
        accepted(order(
                "POST", "", "{\"to\": {\"size\": 3}, \"haltOn\": {\"unacknowledged\": \"300ms\"}, " + STEPS + '}'));
        await("the node to have it")
                .until(() -> rollout().get("nodes").get("having").intValue() == 1);

        node.silent();
        app.register(service, "10.0.0.9:80");

        assertThat(awaitHalt().get("reason").stringValue())
                .isEqualTo(service + "-edge has owed an acknowledgement for longer than 300ms");
        assertThat(rollout().get("nodes").get("waitingFor").get(0).stringValue())
                .isEqualTo(service + "-edge");
        node.answerAll();
    }

    @Test
    void aChangeThatGoesToNodesNamesThoseThatHaveIt() {
        IntStream.range(0, 40).forEach(i -> node("edge-" + i).ask(CDS));
        accepted(order("POST", "", "{\"to\": {\"size\": 3}, \"by\": \"nodes\", " + STEPS + '}'));

        JsonNode tenth = await("the nodes to be in step")
                .until(
                        this::rollout,
                        rollout -> rollout.get("nodes").get("connected").intValue() == 40
                                && rollout.get("nodes").get("waitingFor").isEmpty());
        accepted(order("POST", "/promote", ""));
        JsonNode half = await("the nodes to be in the next step")
                .until(
                        this::rollout,
                        rollout -> rollout.get("nodes").get("waitingFor").isEmpty());

        assertThat(tenth.has("customers")).isFalse();
        assertThat(tenth.get("nodes").get("chosen").intValue()).isBetween(1, 12);
        assertThat(half.get("nodes").get("chosen").intValue()).isBetween(10, 30);
        assertThat(half.get("nodes").get("names").values())
                .containsAll(tenth.get("nodes").get("names").values());
    }

    @Test
    void overridesEndWhenTheyAreSaidTo() {
        Instant end = TIME.instant().plus(Duration.ofHours(1));
        app.put(policy, """
                {"spec": {"customer": {"header": "x-customer-id"}, "customers":
                  {"a": {"size": 3, "expires": "%s"}, "b": {"size": 4}}}}
                """.formatted(end));

        TIME.pass(Duration.ofHours(1));

        await("the override to end")
                .atMost(Duration.ofSeconds(5))
                .until(() -> !policy().get("spec").get("customers").has("a"));
        assertThat(policy().get("spec").get("customers").has("b")).isTrue();
        assertThat(policy().get("author").stringValue()).isEqualTo("expiry");
    }

    @Test
    void oneChangeIsUnderWayAtATime() {
        accepted(order("POST", "", TO_THREE));

        JsonNode refused = problem(order("POST", "", TO_THREE), 409);

        assertThat(refused.get("type").stringValue()).endsWith("rollout-under-way");
        assertThat(refused.get("detail").stringValue()).contains("step 1 of 3: 10 % of customers", "roll it back");
    }

    @Test
    void conditionsAndDryRunsHoldAsForAnyManifest() {
        String tag = app.send("GET", policy, "").headers().firstValue("ETag").orElseThrow();
        JsonNode dry = JSON.readTree(order("POST", "?dryRun=true", TO_THREE).body());
        assertThat(dry.toString()).contains("ShuffleShard/" + service);
        assertThat(rollout().get("status").intValue()).isEqualTo(404);

        HttpResponse<String> begun = order("POST", "?wait=acked", TO_THREE, "If-Match", tag);
        accepted(begun);
        assertThat(JSON.readTree(begun.body()).get("receipt").get("complete").booleanValue())
                .isTrue();
        for (String path : List.of("/pause", "/promote", "/resume")) {
            assertThat(problem(order("POST", path, "", "If-Match", tag), 412)
                            .get("type")
                            .stringValue())
                    .endsWith("revision-conflict");
        }
        assertThat(problem(order("DELETE", "", "", "If-Match", tag), 412)
                        .get("type")
                        .stringValue())
                .endsWith("revision-conflict");
        assertThat(rollout().get("step").intValue()).isZero();

        accepted(order(
                "DELETE", "", "", "If-Match", begun.headers().firstValue("ETag").orElseThrow()));
    }

    @ParameterizedTest(name = "{0} is refused for {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | body | a JSON object with to",
                "{\"steps\": {\"percent\": 10}} | to | must be given",
                "{\"to\": {}, \"steps\": {\"percent\": 10}} | to | at least one of size, seed",
                "{\"to\": {\"size\": 2}, \"steps\": {\"percent\": 10}} | to | does not say already",
                "{\"to\": {\"size\": 0}, \"steps\": {\"percent\": 10}} | to.size | 1 to 10000",
                "{\"to\": {\"size\": 1.5}, \"steps\": {\"percent\": 10}} | to.size | whole number",
                "{\"to\": {\"size\": 3}} | steps | at least one",
                "{\"to\": {\"size\": 3}, \"steps\": {\"percent\": 101}} | steps.percent | 0 to 100",
                "{\"to\": {\"size\": 3}, \"steps\": [{\"percent\": 5}, {\"percent\": 5}]} | steps[1].percent | greater",
                "{\"to\": {\"size\": 3}, \"steps\": {\"percent\": 5, \"hold\": \"5\"}} | steps.hold | 250ms",
                "{\"to\": {\"shards\": 16384, \"size\": 17}, \"steps\": {\"percent\": 5}} | to.shards | divided by",
                "{\"to\": {\"size\": 3}, \"steps\": {\"percent\": 5}, \"state\": \"paused\"} | state | to, by, steps",
                "{\"to\": {\"size\": 3}, \"steps\": {\"percent\": 5}, \"by\": \"luck\"} | by | customers, nodes"
            })
    void whatCannotBeIsRefusedAndChangesNothing(String body, String field, String reason) {
        JsonNode before = policy();

        JsonNode refused = problem(order("POST", "", body), 400);

        assertThat(refused.get("field").stringValue()).isEqualTo(field);
        assertThat(refused.get("detail").stringValue()).contains(reason);
        assertThat(policy()).isEqualTo(before);
    }

    @Test
    void shardsThatNobodyDeclaredHaveNoRollout() {
        for (String method : List.of("GET", "DELETE")) {
            assertThat(problem(app.send(method, "/v1/shuffle-shards/cart/rollout", ""), 404)
                            .get("type")
                            .stringValue())
                    .endsWith("unknown-manifest");
        }
    }
}
