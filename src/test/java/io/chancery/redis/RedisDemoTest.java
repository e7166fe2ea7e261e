package io.chancery.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class RedisDemoTest {

    private static final String NODES = "redis-master:6379,redis-replica1:6379,redis-replica2:6379";

    private static RedisDemo demo(Map<String, String> variables) {
        return new RedisDemo(name -> Optional.ofNullable(variables.get(name)));
    }

    @Test
    void theListsStandForTheManifestsOfTheOriginal() {
        RedisDemo demo = demo(Map.of(
                RedisDemo.NODES, NODES,
                RedisDemo.ANNOUNCED, "redis-master, redis-replica1,redis-replica2",
                RedisDemo.SENTINELS, "s1:26379"));

        assertThat(demo.documents().stream()
                        .map(document -> document.path("name").asString()))
                .containsExactly("redis", "listener_0", "redis", "redis_listener");
        ObjectNode master = demo.documents().getFirst();
        assertThat(master.at("/spec/masterService").asString()).isEqualTo("redis_proxy_cluster");
        assertThat(master.at("/spec/announce/1").asString()).isEqualTo("redis-replica1");
        assertThat(master.at("/spec/masterName").asString()).isEqualTo("mymaster");
        assertThat(master.at("/spec/healthCheck/tcp/send").asString()).isEqualTo("50494e470d0a");
        assertThat(master.at("/spec/healthCheck/tcp/receive").asString()).isEqualTo("2b504f4e470d0a");
        assertThat(master.at("/spec/replicasHealthCheck/unhealthyThreshold").asInt())
                .isEqualTo(2);
        assertThat(demo.documents().get(1).at("/spec/port").asInt()).isEqualTo(6_666);
        assertThat(demo.documents().get(1).at("/spec/address").asString()).isEqualTo("0.0.0.0");
        assertThat(demo.documents().get(2).at("/spec/service").asString()).isEqualTo("redis");
        assertThat(demo.documents().get(3).at("/spec/protocolFilter").asString())
                .isEqualTo("redis");
        demo.documents()
                .forEach(document -> assertThat(Documents.read(0, document)).isInstanceOf(DocumentResult.Read.class));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            REDIS_HOST_PORT_LIST | none                    | must name at least one node
            REDIS_HOST_PORT_LIST | ' '                     | must name at least one node
            REDIS_HOST_PORT_LIST | a:1,host:notaport       | place 2 has host:notaport
            REDIS_HOST_PORT_LIST | a:1,b:70000             | place 2 has b:70000
            REDIS_HOST_PORT_LIST | a:1,,b:1                | place 2 has nothing
            REDIS_HOST_PORT_LIST | a:1,b:1,a:1             | must not name a:1 again in place 3
            ENVOY_CLUSTERS_LIST  | one,two                 | must have as many entries as REDIS_HOST_PORT_LIST, which has 3; it has 2
            ENVOY_CLUSTERS_LIST  | one,two,one             | must not name one again in place 3
            REDIS_SENTINEL_LIST  | s1                      | place 1 has s1
            """)
    void listsThatCannotBeMeantAreRefusedByTheirNames(String variable, String value, String reason) {
        Map<String, String> variables = new HashMap<>(Map.of(RedisDemo.NODES, NODES));
        variables.put(variable, value);

        assertThatThrownBy(() -> demo(variables))
                .hasMessageStartingWith(variable + " ")
                .hasMessageContaining(reason);
    }

    @Test
    void portsAndTheAddressOfTheListenersCanBeOthers() {
        assertThat(demo(Map.of(RedisDemo.NODES, NODES, "REDIS_LISTEN_ADDRESS", "127.0.0.1"))
                        .documents())
                .filteredOn(document -> document.path("kind").asString().equals("Listener"))
                .hasSize(3)
                .allMatch(document -> document.at("/spec/address").asString().equals("127.0.0.1"));
        assertThat(demo(Map.of(RedisDemo.NODES, NODES, "REDIS_MASTER_PORT", "16666"))
                        .documents()
                        .get(1)
                        .at("/spec/port")
                        .asInt())
                .isEqualTo(16_666);
        assertThatThrownBy(() -> demo(Map.of(RedisDemo.NODES, NODES, "REDIS_READ_PORT", "0"))
                        .documents())
                .hasMessage("REDIS_READ_PORT must be a port, 1 to 65535, for example 6000");
    }
}
