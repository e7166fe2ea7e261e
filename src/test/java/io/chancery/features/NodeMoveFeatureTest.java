package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A node is one of those that a manifest is for, and then it is not: what it has follows, on the stream that it has. */
class NodeMoveFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String LDS = ResourceType.LISTENER.typeUrl();
    private static final String RDS = ResourceType.ROUTE.typeUrl();
    private static final String SDS = ResourceType.SECRET.typeUrl();
    private static final String RTDS = ResourceType.RUNTIME.typeUrl();

    /** A secret's 80 bytes. */
    private static final String TICKET_KEY = "MDEyMzQ1Njc4".repeat(8) + "MDEyMzQ1Njc=";

    private static final String TEAM = """
            kind: Service
            name: cart-%1$s
            nodes: {metadata: {team.name: %1$s}}
            spec: {endpoints: "10.0.0.1:80", connectTimeout: %2$s}
            ---
            kind: Listener
            name: edge-%1$s
            nodes: {metadata: {team.name: %1$s}}
            spec: {port: 8080, routes: [{prefix: /, service: cart-%1$s}, {prefix: /all, service: all}]}
            ---
            kind: Listener
            name: store-%1$s
            nodes: {metadata: {team.name: %1$s}}
            spec: {protocol: tcp, port: 5432, service: cart-%1$s}
            ---
            kind: Sidecar
            name: app-%1$s
            nodes: {metadata: {team.name: %1$s}}
            spec: {service: app-%1$s, applicationPort: 8081, dependencies: {service: cart-%1$s, port: 6379}}
            ---
            kind: Secret
            name: tickets-%1$s
            nodes: {metadata: {team.name: %1$s}}
            spec: {sessionTicketKeys: %3$s}
            ---
            kind: RuntimeLayer
            name: layer-%1$s
            nodes: {metadata: {team.name: %1$s}}
            spec: {values: {team: %1$s}}
            ---
            """;

    private static final String ALL = """
            kind: Service
            name: all
            spec: {endpoints: "10.0.0.2:80"}
            ---
            kind: Listener
            name: everywhere
            spec: {port: 8082, routes: [{prefix: /, service: all}]}
            """;

    private TestingApplication app;
    private TestingNode node;

    @BeforeEach
    void connect() {
        app = TestingApplication.start();
        HttpResponse<String> answer = app.send(
                "POST",
                "/v1/apply",
                TEAM.formatted("blue", "1s", TICKET_KEY) + TEAM.formatted("red", "2s", TICKET_KEY) + ALL,
                "Content-Type",
                "application/yaml");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        node = TestingNode.connect(app.channel(), ofTeam("blue"))
                .ask(CDS)
                .ask(LDS)
                .ask(RDS, "edge-blue", "edge-red", "app-blue_ingress", "app-red_ingress", "everywhere")
                .ask(SDS, "tickets-blue", "tickets-red")
                .ask(RTDS, "layer-blue", "layer-red");
    }

    @AfterEach
    void stop() {
        node.close();
        app.close();
    }

    @Test
    void aNodeWhoseMetadataChangesGetsOtherListenersServicesAndSecretsWithoutReconnecting() {
        awaitSetOf("blue");
        JsonNode before = app.get("/v1/nodes/edge-1");

        node.describe(CDS, ofTeam("red"));

        awaitSetOf("red");
        assertThat(TestingNode.read(Objects.requireNonNull(node.has(CDS).get("cart-red")), Cluster.class)
                        .getConnectTimeout()
                        .getSeconds())
                .isEqualTo(2);
        await("the answers to have come")
                .until(() ->
                        app.get("/v1/nodes/edge-1").get("state").stringValue().equals("synced"));
        JsonNode after = app.get("/v1/nodes/edge-1");
        assertThat(after.at("/metadata/team/name").stringValue()).isEqualTo("red");
        assertThat(after.get("since")).isEqualTo(before.get("since"));
        assertThat(after.get("streams")).hasSize(1);
        assertThat(node.received("everywhere", LDS)).isEqualTo(1);
        assertThat(node.received("everywhere", RDS)).isEqualTo(1);
        assertThat(node.received("all", CDS)).isEqualTo(1);
    }

    @Test
    void aNodeThatNoManifestForSomeIsForHasWhatIsForAll() {
        awaitSetOf("blue");

        node.describe(CDS, ofTeam("green"));

        await("what was for others to be gone").untilAsserted(() -> {
            assertThat(node.has(LDS)).containsOnlyKeys("everywhere");
            assertThat(node.has(CDS)).containsOnlyKeys("all");
            assertThat(node.has(RDS)).containsOnlyKeys("everywhere");
            assertThat(node.has(SDS)).isEmpty();
            assertThat(node.has(RTDS)).isEmpty();
        });
    }

    private void awaitSetOf(String team) {
        await("what is for " + team).untilAsserted(() -> {
            assertThat(node.has(LDS).keySet())
                    .isEqualTo(Set.of(
                            "everywhere",
                            "edge-" + team,
                            "store-" + team,
                            "app-" + team + "_ingress",
                            "app-" + team + "_egress_cart-" + team));
            assertThat(node.has(CDS).keySet()).isEqualTo(Set.of("all", "cart-" + team, "local_app-" + team));
            assertThat(node.has(RDS).keySet())
                    .isEqualTo(Set.of("everywhere", "edge-" + team, "app-" + team + "_ingress"));
            assertThat(node.has(SDS).keySet()).isEqualTo(Set.of("tickets-" + team));
            assertThat(node.has(RTDS).keySet()).isEqualTo(Set.of("layer-" + team));
        });
    }

    private static Node ofTeam(String team) {
        return Node.newBuilder()
                .setId("edge-1")
                .setMetadata(Struct.newBuilder()
                        .putFields(
                                "team",
                                Value.newBuilder()
                                        .setStructValue(Struct.newBuilder()
                                                .putFields(
                                                        "name",
                                                        Value.newBuilder()
                                                                .setStringValue(team)
                                                                .build()))
                                        .build()))
                .build();
    }
}
