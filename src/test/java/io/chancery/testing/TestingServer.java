package io.chancery.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged server as a process of its own, on free ports, with its data in a folder. It can be killed and started
 * again on the same ports and data.
 */
public final class TestingServer implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("Chancery is ready: http://127\\.0\\.0\\.1:(?<rest>\\d+) \\(REST\\), "
                    + "127\\.0\\.0\\.1:(?<xds>\\d+) \\(xDS\\), store (?<store>\\S+) at revision (?<revision>\\d+)");
    private static final long START_SECONDS = 60;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final List<String> launcher;
    private final Path data;
    private final List<String> options;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<String> output = new ConcurrentLinkedQueue<>();
    private Process process;
    private Ready ready;

    private TestingServer(List<String> launcher, Path data, List<String> options) throws IOException {
        this.launcher = launcher;
        this.data = data;
        this.options = options;
        this.process = launch(0, 0);
        this.ready = awaitReady(process);
    }

    private record Ready(int restPort, int xdsPort, String store, long revision) {}

    /** Starts the packaged server in the form that starts soonest. */
    public static TestingServer start(Path data, String... options) throws IOException {
        return new TestingServer(PackagedServer.ofThisBuild().launcher(), data, List.of(options));
    }

    /** Starts {@code target/chancery.jar} as it is, as {@code java -jar} does. */
    public static TestingServer startJar(Path data, String... options) throws IOException {
        return new TestingServer(PackagedServer.plainLauncher(), data, List.of(options));
    }

    private Process launch(int restPort, int xdsPort) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                "--server.port=" + restPort,
                "--chancery.xds.port=" + xdsPort,
                "--chancery.data=" + data.toAbsolutePath()));
        command.addAll(options);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private Ready awaitReady(Process started) {
        CompletableFuture<Ready> result = new CompletableFuture<>();
        Thread.ofVirtual().name("server-output").start(() -> {
            try (BufferedReader reader = started.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(line -> {
                    output.add(line);
                    Matcher said = READY.matcher(line);
                    if (said.find()) {
                        result.complete(new Ready(
                                Integer.parseInt(said.group("rest")),
                                Integer.parseInt(said.group("xds")),
                                said.group("store"),
                                Long.parseLong(said.group("revision"))));
                    }
                });
            } catch (IOException | UncheckedIOException e) {
                output.add("(the output ended: " + e + ")");
            }
            result.completeExceptionally(new IllegalStateException("it ended without being ready"));
        });
        try {
            return result.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            started.destroyForcibly();
            throw new AssertionError("the server does not start: " + e + "\n" + String.join("\n", output), e);
        } catch (InterruptedException e) {
            started.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Kills it as {@code kill -9} does and waits for its end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again on the same ports and data. */
    public void restart() throws IOException {
        process = launch(ready.restPort(), ready.xdsPort());
        ready = awaitReady(process);
    }

    /** Asks it to end, as {@code kill} does, and waits for that; returns its exit code. */
    public int terminate() throws InterruptedException {
        // Process.destroy would also close the pipe that the server's last words come through.
        process.toHandle().destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end when told to\n" + output());
        }
        return process.exitValue();
    }

    /** The HTTP API, for example {@code http://127.0.0.1:5000}. */
    public URI api() {
        return URI.create("http://127.0.0.1:" + ready.restPort());
    }

    public int xdsPort() {
        return ready.xdsPort();
    }

    /** The revision that its store was at when it started. */
    public long revisionAtStart() {
        return ready.revision();
    }

    /** What it has printed so far. */
    public String output() {
        return String.join("\n", output);
    }

    /** Registers with {@code myservice} and returns the answer; anything but 200 is an error. */
    public String register(String endpoint) throws IOException, InterruptedException {
        return compatible("register", endpoint);
    }

    /** Deregisters from {@code myservice} and returns the answer; anything but 200 is an error. */
    public String deregister(String endpoint) throws IOException, InterruptedException {
        return compatible("deregister", endpoint);
    }

    private String compatible(String action, String endpoint) throws IOException, InterruptedException {
        String path = "/edsservice/" + action + "?endpoint=" + URLEncoder.encode(endpoint, StandardCharsets.UTF_8);
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " is answered " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Sends a GET and returns whatever is answered. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(api().resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Applies a list of manifests; anything but 200 is an error. */
    public String apply(String documents) throws IOException, InterruptedException {
        HttpResponse<String> response = send("POST", "/v1/apply", documents);
        if (response.statusCode() != 200) {
            throw new AssertionError("apply is answered " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Sends JSON and returns whatever is answered. */
    public HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(api().resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Ends it, whatever it is doing. */
    @Override
    public void close() {
        process.destroyForcibly();
        client.shutdownNow();
    }
}
