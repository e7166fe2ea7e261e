package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingManifests;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What would a change do, who made the one that hurt, what was it like before, and back to that. */
class HistoryFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ORDERS = """
            kind: Resource
            name: orders
            labels: {team: blue}
            spec:
              "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
              name: orders
              connect_timeout: %s
            """;

    private static TestingApplication app;

    private TestingNode edge;

    @BeforeAll
    static void start() {
        app = TestingApplication.start("--chancery.history.max-entries=3");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        edge = app.node("edge-1").ask(CDS, "*");
    }

    @AfterEach
    void leave() {
        edge.close();
        for (String name : List.of("orders", "other")) {
            app.send("DELETE", "/v1/manifests/Resource/" + name, "");
        }
        await("the node to have left")
                .until(() -> app.get("/v1/nodes?state=connected").get("nodes").isEmpty());
    }

    @Test
    void whatIsTriedIsWhatIsThenDone() {
        long first = apply("", ORDERS.formatted("1s")).get("revision").longValue();
        awaitTimeout(1);

        JsonNode tried = apply("?dryRun=true", ORDERS.formatted("9s"));

        assertThat(tried.get("accepted").booleanValue()).isTrue();
        assertThat(tried.get("groups")).singleElement().satisfies(group -> {
            assertThat(group.get("nodes")).extracting(JsonNode::stringValue).containsExactly("edge-1");
            assertThat(group.at("/changed/0/diff").stringValue())
                    .contains("-connect_timeout: 1s\n+connect_timeout: 9s\n");
        });
        assertThat(app.get("/v1/manifests").get("revision").longValue()).isEqualTo(first);
        apply("", ORDERS.formatted("9s"));
        awaitTimeout(9);
    }

    @Test
    void aChangeThatHurtIsFoundAndUndone() {
        apply("", ORDERS.formatted("1s"));
        HttpResponse<String> change = app.send(
                "POST",
                "/v1/apply",
                ORDERS.formatted("9s"),
                "Content-Type",
                "application/yaml",
                "X-Author",
                "mallory",
                "X-Reason",
                "it is slow");
        assertThat(change.statusCode()).isEqualTo(200);
        awaitTimeout(9);

        JsonNode last = app.get("/v1/history?name=orders&limit=1").at("/history/0");
        long hurt = last.get("revision").longValue();

        assertThat(last.get("author").stringValue()).isEqualTo("mallory");
        assertThat(last.get("reason").stringValue()).isEqualTo("it is slow");
        assertThat(app.get("/v1/history/" + hurt).at("/manifests/0/diff").stringValue())
                .contains("-  connect_timeout: 1s\n+  connect_timeout: 9s\n");
        assertThat(app.send("POST", "/v1/history/" + hurt + "/revert?wait=acked", "")
                        .body())
                .contains("\"changed\":[\"Resource/orders\"]", "\"acknowledged\":1");
        awaitTimeout(1);
    }

    @Test
    void whatANodeWasToHaveIsKnownAsFarAsTheHistoryReachesBack() {
        app.register("cart", "10.0.0.1:80");
        long[] revisions = new long[5];
        for (int i = 0; i < revisions.length; i++) {
            revisions[i] =
                    apply("", ORDERS.formatted(i + 1 + "s")).get("revision").longValue();
        }
        awaitTimeout(5);

        JsonNode then = app.get("/v1/nodes/edge-1/resources/cds?revision=" + revisions[2]);

        assertThat(then.get("resources"))
                .extracting(resource -> resource.get("name").stringValue())
                .containsExactly("cart", "orders");
        assertThat(then.at("/resources/1/content/connect_timeout").stringValue())
                .isEqualTo("3s");
        assertThat(then.get("note").stringValue()).contains("endpoints");
        assertThat(app.get("/v1/nodes/edge-1/resources/cds")
                        .at("/resources/1/content/connect_timeout")
                        .stringValue())
                .isEqualTo("5s");
        assertThat(app.get("/v1/nodes/edge-1/resources/cds?limit=1&after=cart&revision=" + revisions[1])
                        .at("/resources/0/content/connect_timeout")
                        .stringValue())
                .isEqualTo("2s");
        refused("?revision=" + revisions[0], 410, "revision-gone", "is " + revisions[1]);
        refused("?revision=999999", 404, "unknown-revision", "");
        refused("?revision=-1", 400, "invalid-value", "");
        HttpResponse<String> endpoints =
                app.send("GET", "/v1/nodes/edge-1/resources/leds?revision=" + revisions[2], "");
        assertThat(endpoints.statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsPrunedIsGoneFromTheNodeAndComesBackWithTheChangeUndone() {
        apply("", ORDERS.formatted("1s"));
        awaitTimeout(1);

        JsonNode pruned = apply("?prune=team=blue", TestingManifests.resource("other", """
                        {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "other"}"""));

        assertThat(pruned.get("deleted")).extracting(JsonNode::stringValue).containsExactly("Resource/orders");
        await("the node to have it no longer").until(() -> !edge.has(CDS).containsKey("orders"));
        app.send("POST", "/v1/history/" + pruned.get("revision").longValue() + "/revert", "");
        awaitTimeout(1);
        assertThat(edge.has(CDS)).doesNotContainKey("other");
    }

    private void refused(String query, int status, String problem, String detail) {
        HttpResponse<String> answer = app.send("GET", "/v1/nodes/edge-1/resources/cds" + query, "");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("urn:chancery:problem:" + problem).contains(detail);
    }

    private JsonNode apply(String query, String yaml) {
        HttpResponse<String> answer =
                app.send("POST", "/v1/apply" + query, yaml, "Content-Type", "application/yaml", "X-Author", "ada");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private void awaitTimeout(int seconds) {
        await("the node to have the cluster as it was applied").until(() -> {
            @Nullable Any cluster = edge.has(CDS).get("orders");
            return cluster != null
                    && TestingNode.read(cluster, Cluster.class)
                                    .getConnectTimeout()
                                    .getSeconds()
                            == seconds;
        });
    }
}
