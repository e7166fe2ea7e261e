package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.model.ResourceType;
import io.chancery.testing.FreePorts;
import io.chancery.testing.TestingNode;
import io.chancery.testing.TestingRedis;
import io.chancery.testing.TestingServer;
import io.chancery.testing.TestingSotwNode;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chancery is killed and comes back while a client that follows a Redis master is away: with what the client has from the
 * former process it is sent the new master, and nothing that it has.
 */
@Tag("redis")
class RedisReconnectIT {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String LDS = ResourceType.LISTENER.typeUrl();
    private static final String MASTER = "redis_proxy_cluster";
    private static final Duration UNTIL_STARTED = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void whoComesBackIsSentTheMasterIfItIsAnotherOneAndOtherwiseNothing() throws Exception {
        try (TestingRedis redis = TestingRedis.start(2)) {
            int first = redis.master();
            int second = redis.other(first);
            try (TestingServer server = start(redis)) {
                Map<String, String> versions = new TreeMap<>();
                try (TestingSotwNode node = connect(server, versions)) {
                    await("the master")
                            .atMost(UNTIL_STARTED)
                            .until(() -> master(node).equals("redis-" + first));
                    await("the listeners")
                            .atMost(UNTIL_STARTED)
                            .until(() -> node.received(LDS).stream()
                                    .anyMatch(response -> response.getResourcesCount() == 3));
                    await("both nodes, for reads")
                            .atMost(UNTIL_STARTED)
                            .until(() ->
                                    hosts(node.received(CDS).getLast(), "redis").size() == 2);
                    versions.put(CDS, node.version(CDS));
                    versions.put(LDS, node.version(LDS));
                }
                server.kill();
                server.restart();
                try (TestingSotwNode node = connect(server, versions)) {
                    server.apply("[{\"kind\": \"Service\", \"name\": \"another\","
                            + " \"spec\": {\"endpoints\": \"10.0.0.1:80\"}}]");
                    await("another cluster")
                            .atMost(UNTIL_STARTED)
                            .until(() -> clusters(node).containsKey("another"));
                    assertThat(node.received(CDS)).as("what it has is not sent").hasSize(1);
                    assertThat(master(node)).isEqualTo("redis-" + first);
                    assertThat(node.received(LDS)).isEmpty();
                    versions.put(CDS, node.version(CDS));
                }
                server.kill();
                redis.command(second, "REPLICAOF NO ONE");
                redis.command(first, "REPLICAOF 127.0.0.1 " + second);
                server.restart();
                try (TestingSotwNode node = connect(server, versions)) {
                    await("the next master")
                            .atMost(UNTIL_STARTED)
                            .until(() -> master(node).equals("redis-" + second));
                    assertThat(node.received(CDS))
                            .as("nothing before the next master was found")
                            .allMatch(response -> master(response).equals("redis-" + second));
                    assertThat(node.version(CDS)).isNotEqualTo(versions.get(CDS));
                    assertThat(node.received(LDS)).isEmpty();
                }
            }
        }
    }

    private TestingServer start(TestingRedis redis) throws Exception {
        List<Integer> ports = redis.ports();
        return TestingServer.start(
                folder.resolve("data"),
                "--spring.profiles.active=redis-demo",
                "--REDIS_HOST_PORT_LIST="
                        + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")),
                "--ENVOY_CLUSTERS_LIST="
                        + ports.stream().map(port -> "redis-" + port).collect(Collectors.joining(",")),
                "--REDIS_MASTER_PORT=" + FreePorts.one());
    }

    private static TestingSotwNode connect(TestingServer server, Map<String, String> versions) {
        return TestingSotwNode.connect(server.xdsPort(), "test-id")
                .ask(CDS, versions.getOrDefault(CDS, ""))
                .ask(LDS, versions.getOrDefault(LDS, ""));
    }

    private static Map<String, Cluster> clusters(DiscoveryResponse response) {
        return response.getResourcesList().stream()
                .map(any -> TestingNode.read(any, Cluster.class))
                .collect(Collectors.toMap(Cluster::getName, cluster -> cluster));
    }

    private static Map<String, Cluster> clusters(TestingSotwNode node) {
        List<DiscoveryResponse> received = node.received(CDS);
        return received.isEmpty() ? Map.of() : clusters(received.getLast());
    }

    private static String master(TestingSotwNode node) {
        List<DiscoveryResponse> received = node.received(CDS);
        return received.isEmpty() ? "" : master(received.getLast());
    }

    /** Where a response sends what is written, empty where it says nothing of that. */
    private static String master(DiscoveryResponse response) {
        return String.join(" ", hosts(response, MASTER));
    }

    private static List<String> hosts(DiscoveryResponse response, String cluster) {
        return clusters(response)
                .getOrDefault(cluster, Cluster.getDefaultInstance())
                .getLoadAssignment()
                .getEndpointsList()
                .stream()
                .flatMap(group -> group.getLbEndpointsList().stream())
                .map(endpoint ->
                        endpoint.getEndpoint().getAddress().getSocketAddress().getAddress())
                .toList();
    }
}
