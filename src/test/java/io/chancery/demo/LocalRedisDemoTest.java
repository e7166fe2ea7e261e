package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it says where it cannot run; with a real Redis and Envoy it runs in {@code RedisDemoIT}. */
class LocalRedisDemoTest {

    private static final URI API = URI.create("http://127.0.0.1:5000");

    @TempDir
    Path folder;

    private final List<String> shown = new ArrayList<>();

    @Test
    void withoutRedisItSaysWhatToInstallAndThatChanceryGoesOn() throws IOException, InterruptedException {
        start("127.0.0.1:7000", "");

        assertThat(shown)
                .singleElement()
                .asString()
                .contains("The demo has no Redis: there is no redis-server on PATH, in /usr/bin or in /usr/local/bin.")
                .contains("apt-get install --no-install-recommends redis-server")
                .contains("Chancery runs all the same", "http://127.0.0.1:5000/v1/redis/redis");
    }

    @Test
    void anAddressThatIsNotThisMachinesIsRefusedByTheNameOfItsVariable() throws IOException, InterruptedException {
        Path program = Files.createFile(folder.resolve(LocalRedis.PROGRAM));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        start("127.0.0.1:7000,redis-replica1:6379", "");
        start("127.0.0.1:7000", "10.0.0.1:26379");

        assertThat(shown.getFirst()).contains("REDIS_HOST_PORT_LIST must have 127.0.0.1:PORT in each place");
        assertThat(shown.getLast()).contains("REDIS_SENTINEL_LIST must have 127.0.0.1:PORT in each place");
        assertThat(folder.resolve("demo")).doesNotExist();
    }

    @Test
    void theGuideNamesThePortsOfEnvoyAndTheProcessOfTheMaster() {
        LocalRedis.Result.Running running =
                new LocalRedis.Result.Running(7000, Path.of("target/demo/redis-7000/redis.pid"), 3, 3);

        assertThat(LocalRedisGuide.withEnvoy(
                        running,
                        Map.of("listener_0", 6666, "redis", 6000, "redis_listener", 7777),
                        API,
                        URI.create("http://127.0.0.1:9901")))
                .contains("3 Redis nodes, watched by 3 Sentinels")
                .contains("  redis-cli -p 6666 SET greeting hello\n", "  redis-cli -p 6666 SET greeting again\n")
                .contains("  kill -9 $(cat target/demo/redis-7000/redis.pid)\n")
                .contains("redis-cli -p 6000\n", "redis-cli -p 7777\n", "http://127.0.0.1:9901/clusters\n");
        assertThat(LocalRedisGuide.withoutEnvoy(running, "there is none", "install one", API))
                .contains("without an Envoy: there is none.\nTo have one: install one.\n")
                .contains("  redis-cli -p 7000 SET greeting hello\n");
    }

    private void start(String nodes, String sentinels) throws IOException, InterruptedException {
        LocalRedisDemo demo = new LocalRedisDemo(
                new LocalRedis.Lists(nodes, sentinels, "mymaster"),
                new LocalRedis(new SearchPath(folder.toString()), folder.resolve("demo")),
                new DemoEnvoy(new EnvoyBinary(Map.of(), folder), folder),
                0,
                shown::add);
        demo.start(API, 18_000);
        demo.stop();
    }
}
