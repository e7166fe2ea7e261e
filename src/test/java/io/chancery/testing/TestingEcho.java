package io.chancery.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An upstream on a free port that answers what it was asked: its own name, the method, the path as it came and the
 * headers, as JSON. It can be told to fail or to take its time.
 */
public final class TestingEcho implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final LongAdder requests = new LongAdder();
    private final AtomicInteger failures = new AtomicInteger();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private volatile Duration delay = Duration.ZERO;

    private TestingEcho(String name, HttpServer server) {
        this.name = name;
        this.server = server;
        server.setExecutor(executor);
        server.createContext("/", this::answer);
    }

    /** Starts one. */
    public static TestingEcho start(String name) throws IOException {
        TestingEcho echo = new TestingEcho(
                name, HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 128));
        echo.server.start();
        return echo;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.increment();
            if (!delay.isZero()) {
                TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            }
            ObjectNode answer = JSON.createObjectNode()
                    .put("name", name)
                    .put("method", exchange.getRequestMethod())
                    .put("path", exchange.getRequestURI().toString());
            ObjectNode headers = answer.putObject("headers");
            exchange.getRequestHeaders()
                    .forEach(
                            (header, values) -> headers.put(header.toLowerCase(Locale.ROOT), String.join(",", values)));
            byte[] body = JSON.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                    failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the next so many requests fail with 503. */
    public void fail(int count) {
        failures.set(count);
    }

    /** Lets every answer take so long. */
    public void delay(Duration length) {
        delay = length;
    }

    /** Where it listens, as it would be registered. */
    public String endpoint() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public String name() {
        return name;
    }

    /** How many requests have reached it. */
    public long requests() {
        return requests.sum();
    }

    /** What it received, from the body of its answer; empty for the answer of somebody else. */
    public static Optional<JsonNode> read(String body) {
        return body.startsWith("{") ? Optional.of(JSON.readTree(body)) : Optional.empty();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }
}
