package io.chancery.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An upstream that is a process of its own: it answers its name to everything, registers itself with {@code myservice} for
 * the length of a lease, and renews that. It ends when it is closed, and when the test's process does.
 */
public final class TestingInstance implements AutoCloseable {

    private final Process process;
    private final String endpoint;

    private TestingInstance(Process process, String name) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        this.process = process;
        this.endpoint = String.valueOf(said.readLine());
        if (!endpoint.contains(":")) {
            process.destroyForcibly();
            throw new AssertionError("the instance " + name + " does not start: " + endpoint + "\n"
                    + said.lines().toList());
        }
    }

    /** Starts so many, named {@code instance-0} and so on, all registered when it returns. */
    public static List<TestingInstance> start(URI chancery, int count, Duration ttl) throws IOException {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Program.class.getName(),
                            chancery.toString(),
                            name(i),
                            Long.toString(ttl.toSeconds()))
                    .redirectErrorStream(true)
                    .start());
        }
        List<TestingInstance> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(new TestingInstance(processes.get(i), name(i)));
        }
        return instances;
    }

    private static String name(int i) {
        return "instance-" + i;
    }

    /** Where it listens, as it is registered. */
    public String endpoint() {
        return endpoint;
    }

    /** Ends it as {@code kill -9} does, and waits for that. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What the process runs. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            URI chancery = URI.create(arguments[0]);
            String name = arguments[1];
            long ttl = Long.parseLong(arguments[2]);
            String endpoint = "127.0.0.1:" + serve(name);
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(chancery.resolve(
                                    "/edsservice/register?endpoint=" + endpoint + "&ttl=" + ttl + "s&instance=" + name))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.body());
            }
            HttpRequest renewal = HttpRequest.newBuilder(chancery.resolve("/v1/instances/" + name + "/lease"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            ScheduledExecutorService renewals = Executors.newSingleThreadScheduledExecutor();
            var _ = renewals.scheduleAtFixedRate(
                    () -> {
                        var _ = client.sendAsync(renewal, HttpResponse.BodyHandlers.discarding());
                    },
                    0,
                    TimeUnit.SECONDS.toMillis(ttl) / 4,
                    TimeUnit.MILLISECONDS);
            System.out.println(endpoint);
            // Nothing is ever sent; it ends when the other end of the pipe does.
            while (System.in.read() >= 0) {}
            System.exit(0);
        }

        private static int serve(String name) throws IOException {
            byte[] body = name.getBytes(StandardCharsets.US_ASCII);
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 128);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> {
                try (exchange) {
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            server.start();
            return server.getAddress().getPort();
        }
    }
}
