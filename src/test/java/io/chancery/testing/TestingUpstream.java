package io.chancery.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/** An upstream on a free port that answers its own uuid and counts who asked. */
public final class TestingUpstream implements AutoCloseable {

    private final String uuid = UUID.randomUUID().toString();
    private final LongAdder requests = new LongAdder();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    private TestingUpstream(HttpServer server) {
        this.server = server;
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.increment();
                byte[] body = uuid.getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
    }

    /** Starts one. */
    public static TestingUpstream start() throws IOException {
        TestingUpstream upstream = new TestingUpstream(
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 128));
        upstream.server.start();
        return upstream;
    }

    /** What it answers to everything. */
    public String uuid() {
        return uuid;
    }

    /** Where it listens, as it would be registered. */
    public String endpoint() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many requests have reached it. */
    public long requests() {
        return requests.sum();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }
}
