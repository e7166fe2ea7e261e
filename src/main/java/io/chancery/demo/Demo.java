package io.chancery.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo's life: upstreams that register over HTTP, an Envoy in front, and the way back. {@link #start} and
 * {@link #stop} may be called from different threads and at the same time; what is started after {@code stop} began
 * is ended at once.
 */
final class Demo {

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final Duration UNTIL_ENVOY_LISTENS = Duration.ofSeconds(30);

    /*
     * The lock guards what is running, never a call to the outside: finding, installing and starting an Envoy happen
     * before it is taken.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, SampleUpstream> registered = new LinkedHashMap<>();
    private final DemoProperties properties;
    private final EnvoyBinary envoyBinary;
    private final Consumer<String> output;
    private @Nullable EnvoyProcess envoy;
    private @Nullable URI chancery;
    private boolean stopping;

    /**
     * @param output takes what is to be shown to whoever started the demo
     */
    Demo(DemoProperties properties, EnvoyBinary envoyBinary, Consumer<String> output) {
        this.properties = properties;
        this.envoyBinary = envoyBinary;
        this.output = output;
    }

    /** Starts everything and prints what to try; Chancery's ports already serve. */
    void start(URI api, int xdsPort) throws IOException, InterruptedException {
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
                    case EnvoyResult.Listening(URI envoyUri, URI admin) ->
                        DemoGuide.withEnvoy(upstreams, envoyUri, admin, api, endpoint);
                    case EnvoyResult.None(String reason, String remedy) ->
                        DemoGuide.withoutEnvoy(upstreams, reason, remedy, api, endpoint);
                });
    }

    private void startUpstreams(URI api) throws IOException {
        try (RegistrationClient registration = new RegistrationClient(api)) {
            for (int i = 0; i < properties.upstreams(); i++) {
                SampleUpstream upstream = SampleUpstream.start(InetAddress.ofLiteral("127.0.0.1"), 0);
                String endpoint = "127.0.0.1:" + upstream.port();
                switch (registration.register(endpoint)) {
                    case RegistrationClient.Result.Done _ -> keep(api, endpoint, upstream);
                    case RegistrationClient.Result.Failed(String reason) -> {
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

    private EnvoyResult startEnvoy(int xdsPort) throws IOException, InterruptedException {
        Path source = properties.bootstrap();
        if (!Files.isRegularFile(source)) {
            return new EnvoyResult.None(
                    "its bootstrap " + source.toAbsolutePath() + " is not there",
                    "start in the project's folder, or name the file in chancery.demo.bootstrap");
        }
        return switch (envoyBinary.findOrInstall()) {
            case EnvoyBinary.Result.Missing(String what, String remedy) -> new EnvoyResult.None(what, remedy);
            case EnvoyBinary.Result.Found(Path binary, String where) -> {
                LOG.info("Starting Envoy. binary={} found={}", binary, where);
                yield run(binary, source, xdsPort);
            }
        };
    }

    private EnvoyResult run(Path binary, Path source, int xdsPort) throws IOException, InterruptedException {
        Path folder = properties.folder().toAbsolutePath();
        Files.createDirectories(folder);
        Path bootstrap = folder.resolve("envoy.yaml");
        EnvoyBootstrap.read(source)
                .withXdsPort(xdsPort)
                .withListenerPort(properties.envoyPort())
                .withAdminPort(properties.adminPort())
                .write(bootstrap);
        return switch (EnvoyProcess.start(binary, bootstrap, folder)) {
            case EnvoyProcess.StartResult.Failed(String reason) ->
                new EnvoyResult.None("it does not start: " + reason, freePorts());
            case EnvoyProcess.StartResult.Started(EnvoyProcess started) -> {
                adopt(started);
                OptionalInt port = started.awaitListener(UNTIL_ENVOY_LISTENS);
                yield port.isPresent()
                        ? new EnvoyResult.Listening(URI.create("http://127.0.0.1:" + port.getAsInt()), started.admin())
                        : new EnvoyResult.None("its listener does not open; " + started.lastWords(), freePorts());
            }
        };
    }

    private String freePorts() {
        return "see that nothing else uses the ports " + properties.envoyPort() + " and " + properties.adminPort()
                + ", or choose others with chancery.demo.envoy-port and chancery.demo.admin-port";
    }

    private void adopt(EnvoyProcess started) {
        lock.lock();
        try {
            if (!stopping) {
                envoy = started;
                return;
            }
        } finally {
            lock.unlock();
        }
        started.close();
    }

    /** Deregisters the upstreams while Chancery still answers, then ends Envoy, then the upstreams. */
    void stop() {
        Map<String, SampleUpstream> upstreams;
        EnvoyProcess running;
        URI api;
        lock.lock();
        try {
            stopping = true;
            upstreams = new LinkedHashMap<>(registered);
            registered.clear();
            running = envoy;
            envoy = null;
            api = chancery;
        } finally {
            lock.unlock();
        }
        if (api != null) {
            deregister(api, new ArrayList<>(upstreams.keySet()));
        }
        if (running != null) {
            running.close();
        }
        upstreams.values().forEach(SampleUpstream::close);
    }

    private static void deregister(URI api, List<String> endpoints) {
        try (RegistrationClient registration = new RegistrationClient(api)) {
            for (String endpoint : endpoints) {
                if (registration.deregister(endpoint) instanceof RegistrationClient.Result.Failed(String reason)) {
                    LOG.warn("A sample upstream stays registered. endpoint={} reason={}", endpoint, reason);
                }
            }
        }
        LOG.info("The demo's upstreams are deregistered. count={}", endpoints.size());
    }

    /** Whether there is an Envoy in front. */
    private sealed interface EnvoyResult {

        record Listening(URI envoy, URI admin) implements EnvoyResult {}

        record None(String reason, String remedy) implements EnvoyResult {}
    }
}
