package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Envoy of a demo, found or installed. Safe for use by several threads. */
final class DemoEnvoy {

    private static final Logger LOG = LoggerFactory.getLogger(DemoEnvoy.class);
    private static final Duration UNTIL_LISTENING = Duration.ofSeconds(30);

    private final EnvoyBinary binary;
    private final Path folder;
    private final StartedParts parts = new StartedParts();

    /**
     * @param folder where its bootstrap and its log go
     */
    DemoEnvoy(EnvoyBinary binary, Path folder) {
        this.binary = binary;
        this.folder = folder.toAbsolutePath();
    }

    /** Whether there is an Envoy in front. */
    sealed interface Result {

        /** It takes requests at these ports, by the names of its listeners. */
        record Listening(Map<String, Integer> ports, URI admin) implements Result {}

        /** There is none. */
        record None(String reason, String remedy) implements Result {}
    }

    /**
     * Starts it and waits for its listeners.
     *
     * @param listeners the names of those to wait for
     * @param freePorts what to do where a port is taken
     */
    Result start(String bootstrap, List<String> listeners, String freePorts) throws IOException, InterruptedException {
        return switch (binary.findOrInstall()) {
            case EnvoyBinary.Result.Missing(String what, String remedy) -> new Result.None(what, remedy);
            case EnvoyBinary.Result.Found(Path program, String where) -> {
                LOG.info("Starting Envoy. binary={} found={}", program, where);
                Files.createDirectories(folder);
                Path file = Files.writeString(folder.resolve("envoy.yaml"), bootstrap);
                yield switch (EnvoyProcess.start(program, file, folder)) {
                    case EnvoyProcess.StartResult.Failed(String reason) ->
                        new Result.None("it does not start: " + reason, freePorts);
                    case EnvoyProcess.StartResult.Started(EnvoyProcess started) -> {
                        parts.add(started::close);
                        yield listening(started, listeners, freePorts);
                    }
                };
            }
        };
    }

    private static Result listening(EnvoyProcess started, List<String> listeners, String freePorts)
            throws IOException, InterruptedException {
        Optional<Map<String, Integer>> ports = started.awaitListeners(listeners, UNTIL_LISTENING);
        return ports.isPresent()
                ? new Result.Listening(ports.get(), started.admin())
                : new Result.None(
                        "it does not open " + String.join(", ", listeners) + "; " + started.lastWords(), freePorts);
    }

    /** Ends it; one that is still starting ends when it has started. */
    void stop() {
        parts.end();
    }
}
