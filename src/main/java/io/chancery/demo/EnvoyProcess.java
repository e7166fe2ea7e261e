package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A running Envoy that ends with this process, also if this one is killed. Its output goes to {@code envoy.log} in the
 * folder given. Safe for use by several threads.
 */
public final class EnvoyProcess implements AutoCloseable {

    private static final Pattern LISTENER = Pattern.compile("(?m)^([^:\\n]+)::[^\\n]*:(\\d+)$");
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int POLLS_FOR_ADMIN = 500;
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);

    private final WatchedProcess process;
    private final URI admin;
    private final HttpClient client;

    private EnvoyProcess(WatchedProcess process, URI admin) {
        this.process = process;
        this.admin = admin;
        this.client = HttpClient.newBuilder().connectTimeout(ADMIN_TIMEOUT).build();
    }

    /** What starting an Envoy can come to. */
    public sealed interface StartResult {

        /** Its admin port answers; its listeners open once it has its clusters. */
        record Started(EnvoyProcess envoy) implements StartResult {}

        /** It ended, or never opened its admin port; {@code reason} has its last words. */
        record Failed(String reason) implements StartResult {}
    }

    /**
     * Starts an Envoy with one worker thread, able to run beside others. A connection to a listener that was replaced
     * closes with the next answer, and not somewhen in the ten minutes that Envoy otherwise leaves it.
     *
     * @param folder where its log, {@code envoy.log}, and the file with its admin address go; exists
     */
    public static StartResult start(Path binary, Path bootstrap, Path folder) throws IOException, InterruptedException {
        Path adminAddress = folder.resolve("envoy-admin.txt").toAbsolutePath();
        Files.deleteIfExists(adminAddress);
        List<String> command = List.of(
                binary.toString(),
                "-c",
                bootstrap.toAbsolutePath().toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "--drain-strategy",
                "immediate",
                "-l",
                "warning",
                "--admin-address-path",
                adminAddress.toString());
        WatchedProcess process =
                WatchedProcess.start(command, Path.of("").toAbsolutePath(), folder.resolve("envoy.log"));
        for (int poll = 0; poll < POLLS_FOR_ADMIN; poll++) {
            if (process.endsWithin(POLL)) {
                return new StartResult.Failed(process.ending());
            }
            String address = Files.exists(adminAddress) ? Files.readString(adminAddress) : "";
            if (!address.isBlank()) {
                return new StartResult.Started(new EnvoyProcess(process, URI.create("http://" + address.strip())));
            }
        }
        process.close();
        return new StartResult.Failed("it did not open its admin port; " + process.lastWords());
    }

    /** Where its admin pages are, for example {@code http://127.0.0.1:9901}. */
    public URI admin() {
        return admin;
    }

    /** The file that its output goes to. */
    public Path log() {
        return process.log();
    }

    /** Returns an admin page, for example {@code /clusters}. */
    public String adminPage(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve(path))
                .timeout(ADMIN_TIMEOUT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Returns the ports of its listeners, by their names. */
    public Map<String, Integer> listeners() throws IOException, InterruptedException {
        return LISTENER.matcher(adminPage("/listeners"))
                .results()
                .collect(Collectors.toMap(
                        line -> line.group(1), line -> Integer.parseInt(line.group(2)), (first, _) -> first));
    }

    /** Returns the ports of its listeners once it takes requests and has all of these, waiting for that so long. */
    public Optional<Map<String, Integer>> awaitListeners(Collection<String> names, Duration atMost)
            throws IOException, InterruptedException {
        long polls = Math.max(1, atMost.toMillis() / POLL.toMillis());
        for (long poll = 0; poll < polls; poll++) {
            if (adminPage("/ready").startsWith("LIVE")) {
                Map<String, Integer> listeners = listeners();
                if (listeners.keySet().containsAll(names)) {
                    return Optional.of(listeners);
                }
            }
            if (process.endsWithin(POLL)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Returns the last lines of its log, on one line. */
    public String lastWords() throws IOException {
        return process.lastWords();
    }

    /** Ends it and waits for that. */
    @Override
    public void close() {
        process.close();
        client.shutdownNow();
    }
}
