package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.chancery.model.ResourceType;
import io.chancery.registry.EndpointRegistry;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** What one node refuses, others are spared. */
@ExtendWith(OutputCaptureExtension.class)
class QuarantineFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String EDS = ResourceType.ENDPOINT.typeUrl();
    private static final String RDS = ResourceType.ROUTE.typeUrl();
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static TestingApplication app;

    /** Versions are of names and content, so each test has names of its own. */
    private final String edge = "edge-" + TESTS.incrementAndGet();

    private final String words = "the cluster " + edge + " cannot be";

    private final List<TestingNode> nodes = new ArrayList<>();

    @BeforeAll
    static void start() {
        app = TestingApplication.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    /** What is refused leaves the quarantine with its resource, as soon as a node is told so. */
    @AfterEach
    void clear() {
        app.get("/v1/manifests").get("manifests").forEach(manifest -> {
            String key = manifest.get("kind").stringValue()
                    + '/'
                    + manifest.get("name").stringValue();
            assertThat(app.send("DELETE", "/v1/manifests/" + key, "").statusCode())
                    .isEqualTo(200);
        });
        node("sweeper").ask(CDS);
        await("the quarantine to be empty").until(() -> quarantine().isEmpty());
        nodes.forEach(TestingNode::close);
    }

    private TestingNode node(String id) {
        TestingNode node = app.node(id(id));
        nodes.add(node);
        return node;
    }

    private String id(String name) {
        return edge + '-' + name;
    }

    private static long revision() {
        return app.part(EndpointRegistry.class).view().revision().value();
    }

    private static String cluster(String name, int seconds, String... more) {
        return """
                {%s"spec": {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "%s", "connect_timeout": "%ds"}}
                """.formatted(String.join("", more), name, seconds);
    }

    private static Predicate<Any> timeout(long seconds) {
        return any -> any.is(Cluster.class)
                && TestingNode.read(any, Cluster.class).getConnectTimeout().getSeconds() == seconds;
    }

    private static long timeoutOf(TestingNode node, String name) {
        Any any = node.has(CDS).get(name);
        return any == null
                ? -1
                : TestingNode.read(any, Cluster.class).getConnectTimeout().getSeconds();
    }

    private void declare(String name, int seconds) {
        app.put("/v1/manifests/Resource/" + name, cluster(name, seconds), "X-Author", "ada");
    }

    private JsonNode quarantine() {
        return app.get("/v1/quarantine").get("quarantine");
    }

    private JsonNode awaitState(String state) {
        await("the version to be " + state)
                .until(() -> quarantine().size() == 1
                        && quarantine().get(0).get("state").stringValue().equals(state));
        return quarantine().get(0);
    }

    @Test
    void whatOneNodeRefusesOthersThatComeLaterAreSpared(CapturedOutput output) {
        declare(edge, 1);
        long firstRevision = revision();
        TestingNode first = node("1").refusing(timeout(2), words).ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(first, edge) == 1);

        declare(edge, 2);
        JsonNode held = awaitState("held");
        TestingNode second = node("2").refusing(timeout(2), words).ask(CDS);

        await("the last good version to arrive").until(() -> timeoutOf(second, edge) == 1);
        assertThat(held.get("type").stringValue()).isEqualTo("cds");
        assertThat(held.get("resource").stringValue()).isEqualTo(edge);
        assertThat(held.get("source").stringValue()).isEqualTo("Resource/" + edge);
        assertThat(held.get("author").stringValue()).isEqualTo("ada");
        assertThat(held.get("revision").longValue()).isEqualTo(firstRevision + 1);
        assertThat(held.get("message").stringValue()).isEqualTo(words);
        assertThat(held.get("nodes")).hasSize(1);
        assertThat(held.get("instead").get("revision").longValue()).isEqualTo(firstRevision);
        assertThat(app.get("/v1/quarantine/" + held.get("version").stringValue()))
                .isEqualTo(held);
        JsonNode node = app.get("/v1/nodes/" + id("1"));
        assertThat(node.get("state").stringValue()).isEqualTo("refusing");
        assertThat(node.get("types").get("cds").get("state").stringValue()).isEqualTo("error");
        assertThat(node.get("types").get("cds").get("refused").get("message").stringValue())
                .isEqualTo(words);
        assertThat(node.get("refusals").get(0).get("author").stringValue()).isEqualTo("ada");
        assertThat(node.get("refusals").get(0).get("revision").longValue()).isEqualTo(firstRevision + 1);
        assertThat(app.get("/v1/nodes/" + id("2")).get("refusals")).isEmpty();
        JsonNode diff = app.get("/v1/nodes/" + id("2") + "/diff");
        assertThat(diff.get("inSync").booleanValue()).isTrue();
        assertThat(diff.get("types").get("cds").get("heldBack").get(0).get("version"))
                .isEqualTo(held.get("version"));
        assertThat(output.getOut().lines().filter(line -> line.contains("Response refused node=" + id("1") + " ")))
                .hasSize(1);
    }

    @Test
    void theNextVersionEndsTheQuarantineForAll() {
        declare(edge, 1);
        TestingNode first = node("1").refusing(timeout(2), words).ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(first, edge) == 1);
        declare(edge, 2);
        awaitState("held");
        TestingNode second = node("2").ask(CDS);
        await("the last good version to arrive").until(() -> timeoutOf(second, edge) == 1);

        declare(edge, 3);

        await("the next version to arrive").until(() -> timeoutOf(first, edge) == 3 && timeoutOf(second, edge) == 3);
        await("the quarantine to be empty").until(() -> quarantine().isEmpty());
        assertThat(first.received(CDS)).as("first, refused, next").isEqualTo(3);
    }

    @Test
    void aReleaseSendsTheVersionToAllAndItIsNotHeldAgain() {
        declare(edge, 1);
        TestingNode first = node("1").refusing(timeout(2), words).ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(first, edge) == 1);
        declare(edge, 2);
        String version = awaitState("held").get("version").stringValue();
        TestingNode second = node("2").ask(CDS);
        await("the last good version to arrive").until(() -> timeoutOf(second, edge) == 1);

        assertThat(app.send("DELETE", "/v1/quarantine/" + version, "", "X-Author", "bob")
                        .statusCode())
                .isEqualTo(200);

        await("the version to arrive").until(() -> timeoutOf(second, edge) == 2);
        TestingNode third = node("3").refusing(timeout(2), words).ask(CDS);
        await("the third node to refuse it")
                .until(() -> app.get("/v1/nodes/" + id("3")).get("refusals").size() == 1);
        TestingNode fourth = node("4").ask(CDS);
        await("the version to arrive at the fourth").until(() -> timeoutOf(fourth, edge) == 2);
        assertThat(awaitState("released").get("version").stringValue()).isEqualTo(version);
        assertThat(timeoutOf(first, edge)).isEqualTo(1);
        assertThat(third.has(CDS)).doesNotContainKey(edge);
        assertThat(app.send("DELETE", "/v1/quarantine/no-such", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aNodeThatAcceptedTheVersionKeepsIt() {
        declare(edge, 1);
        TestingNode content = node("1").ask(CDS);
        TestingNode refusing = node("2").silent().refusing(timeout(2), words).ask(CDS);
        refusing.answerAll();
        await("the first version to arrive")
                .until(() -> timeoutOf(content, edge) == 1 && timeoutOf(refusing, edge) == 1);
        refusing.silent();
        declare(edge, 2);
        await("the second version to arrive at one").until(() -> timeoutOf(content, edge) == 2);

        refusing.answerAll();

        awaitState("held");
        TestingNode later = node("3").ask(CDS);
        await("the last good version to arrive").until(() -> timeoutOf(later, edge) == 1);
        assertThat(timeoutOf(content, edge)).isEqualTo(2);
        assertThat(content.received(CDS)).isEqualTo(2);
        assertThat(app.get("/v1/nodes/" + id("1") + "/diff").get("inSync").booleanValue())
                .isTrue();
    }

    @Test
    void aFirstVersionThatIsRefusedIsWithheldAlone() {
        String other = "other-" + edge;
        declare(other, 1);
        declare(edge, 2);
        TestingNode first = node("1").refusing(timeout(2), words).ask(CDS);
        assertThat(awaitState("held").has("instead")).isFalse();

        TestingNode second = node("2").ask(CDS);

        await("the rest to arrive").until(() -> timeoutOf(second, other) == 1);
        assertThat(second.has(CDS)).doesNotContainKey(edge);
        await("the rest to arrive at the first").until(() -> first.has(CDS).containsKey(other));
    }

    @Test
    void aRouteThatIsRolledBackHasItsOldClusterBackWithTheEndpoints() {
        app.put("/v1/manifests/Resource/old", edsCluster("old"));
        app.put("/v1/manifests/Resource/old-endpoints", assignment("old"));
        app.put("/v1/manifests/Resource/routes", routes("old"));
        Predicate<Any> toNew = any -> any.is(RouteConfiguration.class)
                && TestingNode.read(any, RouteConfiguration.class)
                        .getVirtualHosts(0)
                        .getRoutes(0)
                        .getRoute()
                        .getCluster()
                        .equals("new");
        TestingNode first =
                node("1").refusing(toNew, "routes: no").ask(CDS).ask(EDS, "old").ask(RDS, "routes");
        await("the routes to arrive")
                .until(() -> first.has(RDS).size() == 1 && first.has(EDS).size() == 1);

        app.send(
                "POST",
                "/v1/apply",
                "["
                        + String.join(
                                ",",
                                "{\"kind\": \"Resource\", \"name\": \"new\","
                                        + cluster("new", 5).substring(1),
                                "{\"kind\": \"Resource\", \"name\": \"routes\","
                                        + routes("new").substring(1),
                                "{\"kind\": \"Resource\", \"name\": \"old\", \"delete\": true}",
                                "{\"kind\": \"Resource\", \"name\": \"old-endpoints\", \"delete\": true}")
                        + "]");
        JsonNode held = awaitState("held");
        assertThat(held.get("companions").values().stream().map(JsonNode::stringValue))
                .containsExactly("cds/old", "eds/old");

        TestingNode second = node("2").ask(CDS).ask(EDS, "old").ask(RDS, "routes");

        await("the old routes to arrive").until(() -> second.has(RDS).size() == 1);
        assertThat(toNew.test(second.has(RDS).get("routes"))).isFalse();
        await("the old cluster to arrive").until(() -> second.has(CDS).containsKey("old"));
        await("its endpoints to arrive").until(() -> second.has(EDS).containsKey("old"));
    }

    @Test
    void whatIsDeletedAfterARollbackThatNeedsItComesBack() {
        app.put("/v1/manifests/Resource/old", cluster("old", 1));
        app.put("/v1/manifests/Resource/new", cluster("new", 1));
        app.put("/v1/manifests/Resource/routes", routes("old"));
        Predicate<Any> toNew = any -> any.is(RouteConfiguration.class)
                && TestingNode.read(any, RouteConfiguration.class)
                        .getVirtualHosts(0)
                        .getRoutes(0)
                        .getRoute()
                        .getCluster()
                        .equals("new");
        TestingNode first = node("1").refusing(toNew, "routes: no").ask(CDS).ask(RDS, "routes");
        await("the routes to arrive").until(() -> first.has(RDS).size() == 1);
        app.put("/v1/manifests/Resource/routes", routes("new"));
        assertThat(awaitState("held").get("companions")).isEmpty();

        app.send("DELETE", "/v1/manifests/Resource/old", "");

        await("the cluster to be kept for the old routes")
                .until(() -> quarantine().get(0).get("companions").size() == 1);
        TestingNode second = node("2").ask(CDS).ask(RDS, "routes");
        await("the old cluster to arrive").until(() -> second.has(CDS).containsKey("old"));
        first.refusing(_ -> false, "");
        app.put("/v1/manifests/Resource/routes", routes("new").replace("\"all\"", "\"every\""));
        await("the old cluster to go with the quarantine")
                .until(() -> !second.has(CDS).containsKey("old"));
    }

    @Test
    void oneGroupsQuarantineIsNoOthers() {
        String nodes = "\"nodes\": {\"id\": [\"%s-*\"]}, ";
        for (String group : List.of("a", "b")) {
            app.put("/v1/manifests/Resource/" + group, cluster(edge, 1, nodes.formatted(id(group))));
        }
        TestingNode first = node("a-1").refusing(timeout(2), words).ask(CDS);
        TestingNode other = node("b-1").ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(first, edge) == 1 && timeoutOf(other, edge) == 1);

        app.put("/v1/manifests/Resource/a", cluster(edge, 2, nodes.formatted(id("a"))));
        awaitState("held");
        app.put("/v1/manifests/Resource/b", cluster(edge, 3, nodes.formatted(id("b"))));

        await("the other group's change to arrive").until(() -> timeoutOf(other, edge) == 3);
        TestingNode later = node("a-2").ask(CDS);
        await("the last good version to arrive").until(() -> timeoutOf(later, edge) == 1);
    }

    @Test
    void aRefusedVersionIsNotSentAgainWithTwentyOtherChangesAndItsRefusalIsLoggedOnce(CapturedOutput output) {
        declare(edge, 1);
        TestingNode first = node("1").refusing(timeout(2), words).ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(first, edge) == 1);
        declare(edge, 2);
        awaitState("held");

        for (int i = 0; i < 20; i++) {
            app.put("/v1/services/cart-" + i + "/endpoints/10.0.0.1:80", "{}");
        }

        await("the last change to be told").until(() -> first.has(CDS).containsKey("cart-19"));
        assertThat(first.received(edge, CDS))
                .as("the good version, the bad one")
                .isEqualTo(2);
        assertThat(output.getOut()
                        .lines()
                        .filter(line ->
                                line.contains("Response refused node=" + id("1") + " ") && line.contains(edge + "@")))
                .hasSize(1);
    }

    private static String edsCluster(String name) {
        return """
                {"spec": {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "%s", "type": "EDS",
                 "connect_timeout": "1s", "eds_cluster_config": {"eds_config": {"ads": {}, "resource_api_version": "V3"}}}}
                """.formatted(name);
    }

    private static String assignment(String name) {
        return """
                {"spec": {"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name": "%s",
                 "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address":
                   {"address": "10.0.0.1", "port_value": 80}}}}]}]}}
                """.formatted(name);
    }

    private static String routes(String cluster) {
        return """
                {"spec": {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "routes",
                 "virtual_hosts": [{"name": "all", "domains": ["*"],
                   "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "%s"}}]}]}}
                """.formatted(cluster);
    }
}
