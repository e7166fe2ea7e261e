package io.chancery.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that says who it is: {@code GET /} answers its uuid, {@code GET /healthz} that it is well. */
final class SampleUpstream implements AutoCloseable {

    private final UUID uuid = UUID.randomUUID();
    private final ExecutorService requests = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sample-upstream-", 0).factory());
    private final HttpServer server;

    private SampleUpstream(HttpServer server) {
        this.server = server;
        server.setExecutor(requests);
        server.createContext("/", this::answer);
    }

    /**
     * Starts one.
     *
     * @param address where it listens
     * @param port 0 takes a free one
     */
    static SampleUpstream start(InetAddress address, int port) throws IOException {
        SampleUpstream upstream = new SampleUpstream(HttpServer.create(new InetSocketAddress(address, port), 0));
        upstream.server.start();
        return upstream;
    }

    UUID uuid() {
        return uuid;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> send(exchange, 200, "{\"success\":true,\"uuid\":\"" + uuid + "\"}");
                case "/healthz" -> send(exchange, 200, "{\"success\":true,\"message\":\"ok\"}");
                default -> send(exchange, 404, "{\"success\":false,\"message\":\"ask for / or /healthz\"}");
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }
}
