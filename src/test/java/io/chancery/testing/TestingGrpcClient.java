package io.chancery.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A real gRPC client as a process of its own, which has no proxy beside it: it resolves {@code xds:///echo.example} by
 * asking the control plane itself, and calls {@link TestingGrpcUpstream}s at a steady rate whatever the answers are.
 */
public final class TestingGrpcClient implements AutoCloseable {

    private static final Path SOURCES = Path.of("src", "test", "clients");

    private final Process process;
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Thread reading;

    private TestingGrpcClient(Process process) {
        this.process = process;
        this.reading = Thread.ofVirtual().name("client-output").start(this::read);
    }

    /** The implementations of gRPC that speak xDS, each with a program for it. */
    public enum Kind {
        /** The one of Java. */
        JAVA,
        /** C-core, which C++, Python, Ruby, PHP and C# have in common; here by Python. */
        CORE,
        /** The one of Node.js. */
        NODE;

        private List<String> command() throws IOException, InterruptedException {
            return switch (this) {
                case JAVA ->
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            JavaGrpcCalls.class.getName());
                case CORE ->
                    List.of(
                            GrpcClientPackages.python().toString(),
                            SOURCES.resolve("calls.py").toString());
                case NODE -> List.of("node", SOURCES.resolve("calls.js").toString());
            };
        }

        private void prepare(ProcessBuilder builder) throws IOException, InterruptedException {
            if (this == NODE) {
                builder.environment()
                        .put("NODE_PATH", GrpcClientPackages.nodeModules().toString());
            }
        }
    }

    /** Starts one that has this port of this machine for its control plane, and calls so many times a second. */
    public static TestingGrpcClient start(Kind kind, int xdsPort, int perSecond)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(kind.command());
        command.addAll(List.of("xds:///echo.example", Integer.toString(perSecond)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        kind.prepare(builder);
        builder.environment().put("GRPC_XDS_BOOTSTRAP_CONFIG", bootstrap(kind, xdsPort));
        return new TestingGrpcClient(builder.start());
    }

    /** With a locality, which the one of Node.js will not do without. */
    private static String bootstrap(Kind kind, int xdsPort) {
        return """
                {"xds_servers": [{"server_uri": "127.0.0.1:%d",
                   "channel_creds": [{"type": "insecure"}], "server_features": ["xds_v3"]}],
                 "node": {"id": "grpc-%s", "cluster": "test", "locality": {}}}""".formatted(xdsPort, kind);
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines()
                    .forEach(line -> (line.startsWith("ok ") || line.startsWith("failed ") ? calls : said).add(line));
        } catch (IOException | UncheckedIOException e) {
            said.add("(the output ended: " + e + ")");
        }
    }

    /** How many calls have ended so far. */
    public int count() {
        return calls.size();
    }

    /** Whether one of the calls that ended after the first so many was answered by this upstream. */
    public boolean answeredSince(int count, String endpoint) {
        return calls.stream().skip(count).anyMatch(("ok " + endpoint)::equals);
    }

    /** The failures so far, with the status and the message of each. */
    public List<String> failures() {
        return calls.stream().filter(call -> call.startsWith("failed ")).toList();
    }

    /** What it has said beside the ends of calls. */
    public String output() {
        return String.join("\n", said);
    }

    /** Ends the load, waits for the calls under way, and returns the failures among all. */
    public List<String> stop() throws IOException, InterruptedException {
        process.outputWriter().close();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("the client does not end well\n" + output());
        }
        reading.join();
        return failures();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
