package io.chancery.demo;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** What the demo with Redis prints: what to try, and where to look. */
final class LocalRedisGuide {

    private LocalRedisGuide() {}

    /**
     * The guide with an Envoy in front.
     *
     * @param ports of Envoy's listeners, by their names
     */
    static String withEnvoy(LocalRedis.Result.Running redis, Map<String, Integer> ports, URI chancery, URI admin) {
        int master = port(ports, LocalRedisDemo.MASTER_LISTENER);
        return """

                The demo runs: %d Redis nodes, watched by %d Sentinels, behind an Envoy. Try, in another terminal:

                  redis-cli -p %d SET greeting hello
                      through Envoy to the master
                  kill -9 $(cat %s)
                      ends the master; after some seconds the Sentinels make another node the master
                  redis-cli -p %d SET greeting again
                      the same port, and the new master

                  Any node that is well           redis-cli -p %d
                  The master, Envoy speaks Redis  redis-cli -p %d
                %s
                  Envoy's admin pages             %s/clusters

                Ctrl-C ends everything.
                """.formatted(
                        redis.nodes(),
                        redis.sentinels(),
                        master,
                        redis.masterPid(),
                        master,
                        port(ports, LocalRedisDemo.READ_LISTENER),
                        port(ports, LocalRedisDemo.PROXY_LISTENER),
                        urls(chancery),
                        admin);
    }

    /** The guide where no Envoy could be had or started. */
    static String withoutEnvoy(LocalRedis.Result.Running redis, String reason, String remedy, URI chancery) {
        return """

                The demo runs without an Envoy: %s.
                To have one: %s.
                %d Redis nodes run all the same, watched by %d Sentinels. Try, in another terminal:

                  redis-cli -p %d SET greeting hello
                      straight to the master
                  kill -9 $(cat %s)
                      ends it; after some seconds the Sentinels make another node the master

                %s

                Ctrl-C ends everything.
                """.formatted(
                reason, remedy, redis.nodes(), redis.sentinels(), redis.master(), redis.masterPid(), urls(chancery));
    }

    /** What is said where there is no Redis to follow. */
    static String withoutRedis(String reason, String remedy, URI chancery) {
        return """

                The demo has no Redis: %s.
                To have it: %s.
                Chancery runs all the same.

                %s

                Ctrl-C ends everything.
                """.formatted(reason, remedy, urls(chancery));
    }

    private static int port(Map<String, Integer> ports, String listener) {
        return Objects.requireNonNull(ports.get(listener));
    }

    private static String urls(URI chancery) {
        return String.join(
                "\n",
                "  Who is the master               " + chancery + "/v1/redis/redis",
                "  Health and meters               " + chancery + "/actuator/health  " + chancery
                        + "/actuator/prometheus");
    }
}
