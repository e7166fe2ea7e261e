package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of admin interfaces that are not as they should be, and of those that are asked no longer. */
class EnvoyViewsTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PAGE = """
            {"cluster_statuses": [{"name": "cart", "host_statuses": [
              {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 80}}}]}]}""";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<AdminTarget> targets = new CopyOnWriteArrayList<>();
    private final EnvoyViews views = new EnvoyViews(() -> List.copyOf(targets), meters);

    @AfterEach
    void close() {
        views.close();
        servers.forEach(server -> server.stop(0));
    }

    /** Returns where it is. */
    private URI serve(int status, String body, String location, Queue<String> asked) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        servers.add(server);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            exchange.getResponseHeaders().add("Location", location);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private double failed() {
        return meters.get("chancery.envoys.polls")
                .tag("outcome", "failed")
                .counter()
                .count();
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        Queue<String> elsewhere = new ConcurrentLinkedQueue<>();
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        URI other = serve(200, PAGE, "/", elsewhere);
        targets.add(new AdminTarget("edge-1", serve(302, "", other + "/clusters", asked)));

        views.start(Duration.ofMillis(50));
        await("it to be asked twice").atMost(SOON).until(() -> failed() >= 2);

        assertThat(asked).contains("/clusters?format=json");
        assertThat(elsewhere).isEmpty();
        assertThat(views.of("cart", "10.0.0.1:80")).isEmpty();
    }

    @Test
    void whatIsNoPageOfClustersIsAFailure() throws IOException {
        targets.add(new AdminTarget("edge-1", serve(200, "<html>", "/", new ConcurrentLinkedQueue<>())));
        targets.add(new AdminTarget(
                "edge-2", serve(200, "x".repeat((16 << 20) + 1), "/", new ConcurrentLinkedQueue<>())));

        views.start(Duration.ofMinutes(1));

        await("both").atMost(SOON).until(() -> failed() == 2);
    }

    @Test
    void whatAnEnvoySaidIsForgottenOnceItIsAskedNoLonger() throws IOException {
        targets.add(new AdminTarget("edge-1", serve(200, PAGE, "/", new ConcurrentLinkedQueue<>())));
        views.start(Duration.ofMillis(50));
        await("its view")
                .atMost(SOON)
                .until(() -> views.of("cart", "10.0.0.1:80").containsKey("edge-1"));
        await("its gauge").atMost(SOON).until(() -> gauges() == 1);

        targets.clear();

        await("it to be forgotten")
                .atMost(SOON)
                .until(() -> views.of("cart", "10.0.0.1:80").isEmpty());
        await("its gauge to go").atMost(SOON).until(() -> gauges() == 0);
    }

    private int gauges() {
        return meters.find("chancery.envoys.host.healthy").gauges().size();
    }
}
