package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A running Envoy that ends with this process, also if this one is killed. Its output goes to {@code envoy.log} in the
 * folder given. Safe for use by several threads.
 */
public final class EnvoyProcess implements AutoCloseable {

    /*
     * A JVM that is killed cannot end its children. So the shell between holds the other end of this process's pipe:
     * when that closes, for whatever reason, `read` fails and the shell ends Envoy. A background job's standard input
     * is /dev/null in a shell without job control, therefore the copy in descriptor 3.
     */
    private static final String WATCHED = """
            exec 3<&0
            "$@" </dev/null 3<&- & envoy=$!
            (while read -r _; do :; done <&3; kill "$envoy" 2>/dev/null) & watch=$!
            exec 3<&-
            trap 'kill "$envoy" 2>/dev/null' TERM INT
            wait "$envoy"; code=$?
            wait "$envoy" 2>/dev/null
            kill "$watch" 2>/dev/null
            exit $code
            """;

    private static final long POLL_MILLIS = 20;
    private static final int POLLS_FOR_ADMIN = 500;
    private static final int QUOTED_LINES = 5;
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
    private static final long GRACE_SECONDS = 5;

    private final Process process;
    private final URI admin;
    private final Path log;
    private final HttpClient client;

    private EnvoyProcess(Process process, URI admin, Path log) {
        this.process = process;
        this.admin = admin;
        this.log = log;
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
     * Starts an Envoy with one worker thread, able to run beside others.
     *
     * @param folder where its log, {@code envoy.log}, and the file with its admin address go; exists
     */
    public static StartResult start(Path binary, Path bootstrap, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("envoy.log");
        Path adminAddress = folder.resolve("envoy-admin.txt");
        Files.deleteIfExists(adminAddress);
        List<String> command = List.of(
                "/bin/sh",
                "-c",
                WATCHED,
                "sh",
                binary.toString(),
                "-c",
                bootstrap.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "-l",
                "warning",
                "--admin-address-path",
                adminAddress.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        for (int poll = 0; poll < POLLS_FOR_ADMIN; poll++) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return new StartResult.Failed("it ended with code " + process.exitValue() + "; " + lastWords(log));
            }
            String address = Files.exists(adminAddress) ? Files.readString(adminAddress) : "";
            if (!address.isBlank()) {
                return new StartResult.Started(new EnvoyProcess(process, URI.create("http://" + address.strip()), log));
            }
        }
        end(process);
        return new StartResult.Failed("it did not open its admin port; " + lastWords(log));
    }

    /** Where its admin pages are, for example {@code http://127.0.0.1:9901}. */
    public URI admin() {
        return admin;
    }

    /** The file that its output goes to. */
    public Path log() {
        return log;
    }

    /** Returns an admin page, for example {@code /clusters}. */
    public String adminPage(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve(path))
                .timeout(ADMIN_TIMEOUT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Returns the port of its listener {@code ingress} once it takes requests, waiting for that so long. */
    public OptionalInt awaitListener(Duration atMost) throws IOException, InterruptedException {
        long polls = Math.max(1, atMost.toMillis() / POLL_MILLIS);
        for (long poll = 0; poll < polls; poll++) {
            if (adminPage("/ready").startsWith("LIVE")) {
                for (String line : adminPage("/listeners").lines().toList()) {
                    if (line.startsWith("ingress::")) {
                        return OptionalInt.of(Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
                    }
                }
            }
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    /** Returns the last lines of its log, on one line. */
    public String lastWords() throws IOException {
        return lastWords(log);
    }

    private static String lastWords(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return "the end of " + log + ": "
                + String.join(" | ", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
    }

    /** Ends it and waits for that. */
    @Override
    public void close() {
        end(process);
        client.shutdownNow();
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
