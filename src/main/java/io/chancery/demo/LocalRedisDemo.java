package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The Redis nodes that Chancery was told to follow, and an Envoy that has its listeners from Chancery. */
final class LocalRedisDemo implements Demo {

    static final String MASTER_LISTENER = "listener_0";
    static final String READ_LISTENER = "redis";
    static final String PROXY_LISTENER = "redis_listener";

    private static final String NODE = "test-id";
    private static final String CLUSTER = "test-cluster";

    private final LocalRedis.Lists lists;
    private final LocalRedis redis;
    private final DemoEnvoy envoy;
    private final int adminPort;
    private final Consumer<String> output;

    /**
     * @param adminPort where Envoy shows its admin pages; 0 takes a free port
     * @param output takes what is to be shown to whoever started the demo
     */
    LocalRedisDemo(LocalRedis.Lists lists, LocalRedis redis, DemoEnvoy envoy, int adminPort, Consumer<String> output) {
        this.lists = lists;
        this.redis = redis;
        this.envoy = envoy;
        this.adminPort = adminPort;
        this.output = output;
    }

    @Override
    public void start(URI api, int xdsPort) throws IOException, InterruptedException {
        output.accept(
                switch (redis.start(lists)) {
                    case LocalRedis.Result.None(String reason, String remedy) ->
                        LocalRedisGuide.withoutRedis(reason, remedy, api);
                    case LocalRedis.Result.Running running ->
                        switch (startEnvoy(api, xdsPort)) {
                            case DemoEnvoy.Result.Listening(Map<String, Integer> ports, URI admin) ->
                                LocalRedisGuide.withEnvoy(running, ports, api, admin);
                            case DemoEnvoy.Result.None(String reason, String remedy) ->
                                LocalRedisGuide.withoutEnvoy(running, reason, remedy, api);
                        };
                });
    }

    private DemoEnvoy.Result startEnvoy(URI api, int xdsPort) throws IOException, InterruptedException {
        try (ChanceryClient client = new ChanceryClient(api)) {
            return switch (client.bootstrap(NODE, CLUSTER, xdsPort, adminPort)) {
                case ChanceryClient.Result.Failed(String reason) ->
                    new DemoEnvoy.Result.None("Chancery does not write its bootstrap: " + reason, "start again");
                case ChanceryClient.Result.Done(String bootstrap) ->
                    envoy.start(
                            bootstrap,
                            List.of(MASTER_LISTENER, READ_LISTENER, PROXY_LISTENER),
                            "see that nothing else uses Envoy's ports, or choose others with chancery.demo.admin-port,"
                                    + " REDIS_MASTER_PORT, REDIS_READ_PORT and REDIS_PROXY_PORT");
            };
        }
    }

    /** Ends Envoy, then the Sentinels and the nodes. */
    @Override
    public void stop() {
        envoy.stop();
        redis.stop();
    }
}
