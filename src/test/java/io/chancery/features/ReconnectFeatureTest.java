package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.chancery.testing.TestingSotwNode;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A client comes back with what it has from another process, which has forgotten everything, so that all that counts has
 * counted from its beginning.
 */
class ReconnectFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();

    private TestingApplication app;
    private String version;
    private Map<String, String> versions;
    private long revision;

    @BeforeEach
    void learnFromTheFormerProcess() {
        app = TestingApplication.start();
        app.register("orders", "10.0.0.1:8080");
        try (TestingSotwNode node =
                        TestingSotwNode.connect(app.xdsPort(), "edge-1").ask(CDS, "");
                TestingNode delta = app.node("edge-2").ask(CDS)) {
            await("the cluster").until(() -> clusters(node).equals(List.of("orders")));
            await("the cluster over delta").until(() -> delta.has(CDS).containsKey("orders"));
            version = node.version(CDS);
            versions = delta.versions(CDS);
        }
        revision = revision();
        app.close();
        app = TestingApplication.start();
    }

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    void whatDiffersIsSentAlthoughBothProcessesHaveCountedAsFar() {
        app.register("payments", "10.0.0.1:8080");
        assertThat(revision()).isEqualTo(revision);

        try (TestingSotwNode node =
                        TestingSotwNode.connect(app.xdsPort(), "edge-1").ask(CDS, version);
                TestingNode delta = app.node("edge-2")) {
            delta.askHaving(CDS, versions);

            await("the other cluster").until(() -> clusters(node).equals(List.of("payments")));
            assertThat(node.version(CDS)).isNotEqualTo(version);
            await("the other cluster over delta").until(() -> delta.has(CDS).containsKey("payments"));
            await("the end of the former").until(() -> delta.removed(CDS).contains("orders"));
        }
    }

    @Test
    void whatIsTheSameIsNotSentAgain() {
        app.register("orders", "10.0.0.1:8080");

        try (TestingSotwNode node =
                        TestingSotwNode.connect(app.xdsPort(), "edge-1").ask(CDS, version);
                TestingSotwNode another =
                        TestingSotwNode.connect(app.xdsPort(), "edge-3").ask(CDS, "");
                TestingNode delta = app.node("edge-2")) {
            delta.askHaving(CDS, versions);
            await("the cluster, by a client that has nothing")
                    .until(() -> clusters(another).equals(List.of("orders")));
            assertThat(another.version(CDS)).isEqualTo(version);
            app.register("payments", "10.0.0.1:8080");

            await("what is new").until(() -> clusters(node).equals(List.of("orders", "payments")));
            await("what is new over delta").until(() -> delta.has(CDS).containsKey("payments"));
            assertThat(node.received(CDS)).hasSize(1);
            assertThat(delta.received(CDS)).isEqualTo(1);
            assertThat(delta.has(CDS)).containsOnlyKeys("payments");
        }
    }

    private long revision() {
        return app.get("/v1/services").path("revision").asLong();
    }

    private static List<String> clusters(TestingSotwNode node) {
        List<DiscoveryResponse> received = node.received(CDS);
        return received.isEmpty()
                ? List.of()
                : received.getLast().getResourcesList().stream()
                        .map(any -> TestingNode.read(any, Cluster.class).getName())
                        .sorted()
                        .toList();
    }
}
