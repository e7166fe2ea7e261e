package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What was refused, and what was good, is known after a restart too. */
class QuarantineRestartFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String WORDS = "the cluster edge cannot be";

    @TempDir
    private Path folder;

    private TestingApplication app;

    @BeforeEach
    void start() {
        app = TestingApplication.start("--chancery.data=" + folder);
    }

    @AfterEach
    void close() {
        app.close();
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
        app.put("/v1/manifests/Resource/" + name, """
                {"spec": {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "%s", "connect_timeout": "%ds"}}
                """.formatted(name, seconds));
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
    void theQuarantineOutlivesARestart() {
        declare("edge", 1);
        TestingNode first = app.node("edge-1").refusing(timeout(2), WORDS).ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(first, "edge") == 1);
        declare("edge", 2);
        JsonNode held = awaitState("held");

        app.close();
        app = TestingApplication.start("--chancery.data=" + folder);

        assertThat(quarantine().get(0)).isEqualTo(held);
        TestingNode second = app.node("edge-2").ask(CDS);
        await("the last good version to arrive").until(() -> timeoutOf(second, "edge") == 1);
        declare("edge", 3);
        await("the next version to arrive").until(() -> timeoutOf(second, "edge") == 3);
        await("the quarantine to be empty").until(() -> quarantine().isEmpty());
    }

    @Test
    void whatANodeBringsFromBeforeARestartIsAGoodVersion() {
        declare("edge", 1);
        TestingNode before = app.node("edge-1").ask(CDS);
        await("the first version to arrive").until(() -> timeoutOf(before, "edge") == 1);
        app.close();
        app = TestingApplication.start("--chancery.data=" + folder);

        TestingNode after = app.node("edge-1").refusing(timeout(2), WORDS);
        after.askHaving(CDS, before.versions(CDS));
        await("the node to be known")
                .until(() -> app.get("/v1/nodes/edge-1").path("connected").asBoolean(false));
        await("the node to be served")
                .until(() -> app.get("/v1/nodes/edge-1/resources/cds")
                                .get("resources")
                                .size()
                        == 1);
        declare("edge", 2);

        assertThat(awaitState("held").get("instead").get("revision").longValue())
                .isEqualTo(1);
        assertThat(after.received(CDS)).as("only the refused version").isEqualTo(1);
    }
}
