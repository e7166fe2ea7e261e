package io.chancery.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Upstreams that register over HTTP, an Envoy in front, and the way back. */
final class UpstreamDemo implements Demo {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamDemo.class);
    private static final String LISTENER = "ingress";

    /* The lock guards what is registered, never a call to the outside. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, SampleUpstream> registered = new LinkedHashMap<>();
    private final DemoProperties properties;
    private final DemoEnvoy envoy;
    private final Consumer<String> output;
    private @Nullable URI chancery;

    /**
     * @param output takes what is to be shown to whoever started the demo
     */
    UpstreamDemo(DemoProperties properties, DemoEnvoy envoy, Consumer<String> output) {
        this.properties = properties;
        this.envoy = envoy;
        this.output = output;
    }

    @Override
    public void start(URI api, int xdsPort) throws IOException, InterruptedException {
        startUpstreams(api);
        List<String> endpoints = endpoints();
        if (endpoints.isEmpty()) {
            LOG.warn("The demo has no registered upstream; the reasons are above. chancery={}", api);
            return;
        }
        String endpoint = endpoints.getFirst();
        int upstreams = endpoints.size();
        output.accept(
                switch (startEnvoy(xdsPort)) {
                    case DemoEnvoy.Result.Listening(Map<String, Integer> ports, URI admin) ->
                        DemoGuide.withEnvoy(
                                upstreams,
                                URI.create("http://127.0.0.1:" + Objects.requireNonNull(ports.get(LISTENER))),
                                admin,
                                api,
                                endpoint);
                    case DemoEnvoy.Result.None(String reason, String remedy) ->
                        DemoGuide.withoutEnvoy(upstreams, reason, remedy, api, endpoint);
                });
    }

    private void startUpstreams(URI api) throws IOException {
        try (ChanceryClient client = new ChanceryClient(api)) {
            for (int i = 0; i < properties.upstreams(); i++) {
                SampleUpstream upstream = SampleUpstream.start(InetAddress.ofLiteral("127.0.0.1"), 0);
                String endpoint = "127.0.0.1:" + upstream.port();
                switch (client.register(endpoint)) {
                    case ChanceryClient.Result.Done _ -> keep(api, endpoint, upstream);
                    case ChanceryClient.Result.Failed(String reason) -> {
                        LOG.warn("A sample upstream is not registered. endpoint={} reason={}", endpoint, reason);
                        upstream.close();
                    }
                }
            }
        }
    }

    private void keep(URI api, String endpoint, SampleUpstream upstream) {
        lock.lock();
        try {
            chancery = api;
            registered.put(endpoint, upstream);
        } finally {
            lock.unlock();
        }
    }

    private List<String> endpoints() {
        lock.lock();
        try {
            return List.copyOf(registered.keySet());
        } finally {
            lock.unlock();
        }
    }

    private DemoEnvoy.Result startEnvoy(int xdsPort) throws IOException, InterruptedException {
        Path source = properties.bootstrap();
        if (!Files.isRegularFile(source)) {
            return new DemoEnvoy.Result.None(
                    "its bootstrap " + source.toAbsolutePath() + " is not there",
                    "start in the project's folder, or name the file in chancery.demo.bootstrap");
        }
        EnvoyBootstrap bootstrap = EnvoyBootstrap.read(source)
                .withXdsPort(xdsPort)
                .withListenerPort(properties.envoyPort())
                .withAdminPort(properties.adminPort());
        return envoy.start(
                bootstrap.toString(),
                List.of(LISTENER),
                "see that nothing else uses the ports " + properties.envoyPort() + " and " + properties.adminPort()
                        + ", or choose others with chancery.demo.envoy-port and chancery.demo.admin-port");
    }

    /** Deregisters the upstreams, then ends Envoy, then the upstreams. */
    @Override
    public void stop() {
        Map<String, SampleUpstream> upstreams;
        URI api;
        lock.lock();
        try {
            upstreams = new LinkedHashMap<>(registered);
            registered.clear();
            api = chancery;
        } finally {
            lock.unlock();
        }
        if (api != null) {
            deregister(api, new ArrayList<>(upstreams.keySet()));
        }
        envoy.stop();
        upstreams.values().forEach(SampleUpstream::close);
    }

    private static void deregister(URI api, List<String> endpoints) {
        try (ChanceryClient client = new ChanceryClient(api)) {
            for (String endpoint : endpoints) {
                if (client.deregister(endpoint) instanceof ChanceryClient.Result.Failed(String reason)) {
                    LOG.warn("A sample upstream stays registered. endpoint={} reason={}", endpoint, reason);
                }
            }
        }
        LOG.info("The demo's upstreams are deregistered. count={}", endpoints.size());
    }
}
