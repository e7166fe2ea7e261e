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
    private final int port;
    private HttpServer server;

    private TestingUpstream(HttpServer server) {
        this.port = server.getAddress().getPort();
        this.server = server;
        prepare();
    }

    private void prepare() {
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
        TestingUpstream upstream = new TestingUpstream(server(0));
        upstream.server.start();
        return upstream;
    }

    private static HttpServer server(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 128);
    }

    /** Refuses connections from now on, and ends those that there are. */
    public void closePort() {
        server.stop(0);
    }

    /** Takes connections again, at the port that it had. */
    public void openPort() throws IOException {
        server = server(port);
        prepare();
        server.start();
    }

    /** What it answers to everything. */
    public String uuid() {
        return uuid;
    }

    /** Where it listens, as it would be registered. */
    public String endpoint() {
        return "127.0.0.1:" + port;
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
